"""What each kind of statement does to the catalogue; the modules here are the registry.

A module that reads statements has a table ``HANDLERS`` from (verb, object) to a function
``handle(tokens, index, session) -> str | None``: ``index`` is that of the object word, the
result is the reason for leaving the statement out, ``None`` if it was applied, and
``Refused`` is raised when it cannot be applied.
"""
