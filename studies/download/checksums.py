"""CRC-32 (ISO 3309, as ZIP wants it) of bytes put together, from the CRC-32 of the parts: nothing is read again.

With P the polynomial, the CRC of `a + b` is that of `a` times x to the power of b's bits, modulo P, plus that of `b`.
Bits are reflected: the highest one stands for x⁰.
"""

from functools import lru_cache

_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31
_X = 1 << 30


def joined(first: int, second: int, second_length: int) -> int:
    """The CRC-32 of two pieces, one after the other; `second_length` in bytes."""
    return followed_by(first, second_length) ^ second


def replaced(whole: int, old: int, new: int, rest_length: int) -> int:
    """The CRC-32 of a file whose beginning gave way to something else.

    `whole` is the CRC-32 before, `old` and `new` are those of the two beginnings; `rest_length` bytes stay as they are.
    """
    return whole ^ followed_by(old ^ new, rest_length)


def followed_by(crc: int, length: int) -> int:
    """What a CRC-32 contributes when `length` further bytes follow."""
    return _multiplied(_x_to_the(8 * length), crc)


@lru_cache(maxsize=1024)
def _x_to_the(exponent: int) -> int:
    power, square = _ONE, _X
    while exponent:
        if exponent & 1:
            power = _multiplied(power, square)
        square = _multiplied(square, square)
        exponent >>= 1
    return power


def _multiplied(a: int, b: int) -> int:
    """The product of two polynomials modulo P."""
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ _POLYNOMIAL if b & 1 else b >> 1
    return product
