"""From one statement to the function that applies it."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from stageline.schema.ddl.drafts import Refused
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import StatementStatus
from stageline.schema.tokens import Tokens, keywords

MODIFIERS = keywords(
    "OR REPLACE ALTER TEMP TEMPORARY GLOBAL LOCAL UNLOGGED EXTERNAL FOREIGN VIRTUAL UNIQUE "
    "CLUSTERED NONCLUSTERED BITMAP FULLTEXT SPATIAL CLUSTER ASC ASCENDING DESC DESCENDING "
    "MATERIALIZED FORCE "
    "NOFORCE NO EDITIONABLE NONEDITIONABLE EDITIONING RECURSIVE SECURE PUBLIC PRIVATE DBA "
    "CONSTRAINT COLUMN ROW RAW STANDARD STATIC TRANSIENT VOLATILE MULTISET SET SHARDED DUPLICATED "
    "IMMUTABLE BLOCKCHAIN HYBRID DYNAMIC ICEBERG PERSISTENT COLUMNSTORE PRIMARY XML VECTOR "
    "SEARCH BINARY DISTINCT PERMANENT HASH MINING WRITABLE READABLE DEFINER SQL SECURITY INVOKER "
    "ALGORITHM UNDEFINED MERGE TEMPTABLE DERIVED STREAMING LIVE REFERENCE DIMENSION FACT "
    "VERSIONED SYSTEM JSON CACHED MEMORY LARGE SCALABLE REPLICATED INVERTED INDIVIDUAL VALUE "
    "ENCODED BTREE CPBTREE HISTORY FLEX FLEXIBLE REFRESH TEXT RELATIONAL DUALITY"
)
# Words that start a statement of some dialect; what starts otherwise is prose, data or debris.
_VERBS = keywords(
    "ABORT ALTER ANALYSE ANALYZE ANNOTATE ASSERT ASSOCIATE ATTACH AUDIT BACKUP BEGIN BREAK BULK "
    "CACHE CALL CASE CHANGE CHECK CHECKPOINT CHECKSUM CLEAR CLOSE CLUSTER COLLECT COMMENT COMMIT "
    "CONNECT CONTINUE COPY CREATE CURSOR DATABASE DBCC DEALLOCATE DECLARE DEFINE DELETE "
    "DELIMITER DENY DESC DESCRIBE DETACH DISABLE DISASSOCIATE DISCARD DISCONNECT DO DROP ELSE "
    "ELSEIF ELSIF ENABLE END EXCHANGE EXEC EXECUTE EXIT EXPLAIN EXPORT FETCH FLASHBACK FLUSH FOR "
    "FOREACH FORCE FREE FROM GET GO GOTO GRANT HANDLER IF IMPORT INFO INITIALIZE INSERT INSTALL "
    "INVALIDATE KILL LABEL LET LEAVE LIST LISTEN LOAD LOCK LOOP MERGE MINUS MODIFY MOVE MSCK "
    "NOAUDIT NOTIFY OPEN OPTIMIZE OUTPUT PIVOT PRAGMA PREPARE PRINT PURGE PUT RAISE RAISERROR "
    "REASSIGN RECONFIGURE RECREATE REFRESH REINDEX RELEASE RELOAD REMOVE RENAME REORG REPAIR "
    "REPEAT REPLACE RESET RESTORE RESUME RETURN REVERT REVOKE ROLLBACK RUN RUNSTATS SAVE "
    "SAVEPOINT SECURITY SELECT SET SHOW SHUTDOWN SIGNAL START STATISTICS STOP SUMMARIZE SUSPEND "
    "SWITCH SYNC TABLE TERMINATE THEN THROW TRANSFER TRUNCATE UNCACHE UNDROP UNINSTALL UNION "
    "UNLISTEN UNLOAD UNLOCK UNPIVOT UNSET UPDATE UPSERT USE USING VACUUM VALIDATE VALUES WAITFOR "
    "WHEN WHENEVER WHILE WITH WRITETEXT XA"
)
# Words that are objects by themselves, but here say of what kind the next one is.
_TOGETHER = {("TABLE", "FUNCTION"), ("SNAPSHOT", "TABLE")}
_PROCEDURE = ("SP_", "XP_")
_LIMIT = 24


@cache
def handlers() -> dict[tuple[str, str], Handler]:
    """Every handler of the modules in this folder."""
    package = importlib.import_module("stageline.schema.ddl")
    found: dict[tuple[str, str], Handler] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        loaded = importlib.import_module(f"{package.__name__}.{module}")
        found |= getattr(loaded, "HANDLERS", {})
    return found


@cache
def _objects(verb: str) -> frozenset[str]:
    return frozenset(key[1] for key in handlers() if key[0] == verb and key[1])


def find_object(tokens: Tokens, verb: str, start: int = 0) -> tuple[str, int]:
    """The verb's object and its index: the first word that is neither modifier nor option."""
    objects = _objects(verb)
    index = start + 1
    while index < min(tokens.size, start + _LIMIT):
        word = tokens.upper[index]
        if (word, tokens.upper[index + 1]) in _TOGETHER and tokens.words[index + 2] != "(":
            index += 1
            continue
        if word in objects:
            return word, index
        if word == "DEFINER" and tokens.words[index + 1] == "=":
            index = _after_definer(tokens, index)
        elif tokens.words[index + 1] == "=":
            index += 3
        elif word in MODIFIERS or tokens.upper[index + 1] in ("INDEX", "TABLE"):
            index += 1
        else:
            return word, index
    return tokens.upper[start + 1], start + 1


def _after_definer(tokens: Tokens, index: int) -> int:
    """DEFINER = user@host, in quotes or not."""
    index += 3
    while tokens.words[index] == "@" or tokens.words[index - 1] == "@":
        index += 1
    if tokens.words[index][:1] == "@":
        index += 1 if len(tokens.words[index]) > 1 else 2
    return index + (2 if tokens.words[index] == "(" else 0)


Verdict = tuple[str, StatementStatus, str | None]


def apply(tokens: Tokens, session: Session, start: int = 0) -> Verdict:
    """Apply one statement: its kind, status and the reason of that."""
    verb = tokens.upper[start]
    if verb in ("RECREATE", "REPLACE"):  # drop what is there and create (Firebird, Teradata)
        verb, tokens.upper[start] = "CREATE", "REPLACE"
    known = handlers()
    if (verb, "") in known and (verb, tokens.upper[start + 1]) not in known:
        word, index = "", start + 1
    else:
        word, index = find_object(tokens, verb, start)
    if verb.startswith(_PROCEDURE):  # a batch may start with a call (T-SQL)
        verb, word, index = "EXEC", "", start
    handler = known.get((verb, word))
    if handler is None and verb not in _VERBS:
        return "unknown", "skipped", "not a SQL statement"
    kind = f"{verb} {word}" if word.isprintable() else verb
    if handler is None:
        return kind_of(kind), "skipped", "not part of the schema model"
    try:
        reason = handler(tokens, index, session)
    except Refused as refusal:
        return kind_of(kind), "failed", str(refusal)
    except IndexError:
        return kind_of(kind), "failed", "cut off: the statement ends where more was expected"
    return kind_of(kind), "skipped" if reason else "parsed", reason


def kind_of(words: str) -> str:
    """The kind of a statement: words in lower case, within bounds."""
    return words.lower()[:80].strip()
