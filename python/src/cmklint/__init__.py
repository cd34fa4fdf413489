"""Checks Terraform, ARM JSON and Bicep against the restrictions on customer-managed keys for Azure managed disks."""

from ._native import Report, Scan, Table, __version__, check

__all__ = ["Report", "Scan", "Table", "__version__", "check"]
