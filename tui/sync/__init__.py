"""Sync: bringing copies of a project together, over a database file or a server, whatever was done in each.

`carry` takes over from one copy to another what that lacks, and `report` counts it. `files` opens the other
database, `server` is the only room that knows PostgreSQL.
"""
