"""Backups: one file with all that a database and its directory of files hold, and a database made of it again.

The form of the file is in `docs/backup.md`. Nothing here knows features, settings or a terminal: what is read is a
database as a whole (`storage/whole/`), whatever its tables are.
"""
