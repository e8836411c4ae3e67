"""``make demo``: analyse a dump and say what was found and where the report lies."""

from __future__ import annotations

import argparse
import os
import sys

from stageline.errors import StagelineError


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("dump", help="path or s3:// URI of a SQL dump")
    parser.add_argument("--dialect", default="auto", help="overrules what is found out")
    parser.add_argument("--store", help="folder, s3:// URI or block name; default ./results")
    parser.add_argument("--journey", default="default")
    options = parser.parse_args()
    print(f"Analysing {options.dump} (Prefect's own start takes some seconds) ...", flush=True)
    try:
        return run(options)
    except StagelineError as error:
        print(f"\n{error}", file=sys.stderr)
        return 2 if error.category == "invalid_input" else 1


# Prefect reads these at import. A demo need not show every change of state, and an error is
# told once, in words, at the end.
QUIET = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "CRITICAL",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}


def run(options: argparse.Namespace) -> int:
    os.environ.update({**QUIET, **os.environ})
    from flows.raw_analysis import raw_analysis  # noqa: PLC0415

    job = raw_analysis(
        options.dump,
        dialect=options.dialect,
        journey_id=options.journey,
        store=options.store,
        triggered_by="demo",
    )
    print(job)
    return 0


if __name__ == "__main__":
    sys.exit(main())
