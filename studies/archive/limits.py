"""How much is decoded here. What exceeds a limit goes to quarantine, except a file too large to be kept at all."""

from dataclasses import dataclass

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """`memory`, `cpu_seconds` and `wall_seconds` hold for a worker process and one file, the rest for what it reads.

    512 MB of address space hold the codecs and a CT; the largest single pictures (film scans, photographs) need more.
    """

    memory: int = 1000 * MB
    cpu_seconds: int = 120
    wall_seconds: float = 180
    file_bytes: int = 4096 * MB
    header_bytes: int = 128 * MB
    inflated_bytes: int = 1024 * MB
    depth: int = 50
    elements: int = 2_000_000
    samples_a_frame: int = 80_000_000
    frames: int = 20_000
    decoded_bytes: int = 8192 * MB


LIMITS = Limits()
