"""What a patient types: issuing access codes, reading them, coming in with one (decision 7)."""

from .births import Birth
from .codes import CodeFault
from .entering import enter
from .entries import Entry, Outcome, Refusal
from .services import CannotIssue, IssuedCode, Unissuable, issue, revoke, why_unissuable

__all__ = [
    "Birth",
    "CannotIssue",
    "CodeFault",
    "Entry",
    "IssuedCode",
    "Outcome",
    "Refusal",
    "Unissuable",
    "enter",
    "issue",
    "revoke",
    "why_unissuable",
]
