"""The steps of ``raw_analysis`` and their policies: one line a task."""

from stageline.schema import steps
from tasks.step import step

schema_parsing = step(steps.schema_parsing, tags=("schema",))
relationship_discovery = step(steps.relationship_discovery, tags=("schema",))
data_type_analysis = step(steps.data_type_analysis, tags=("schema",))
business_rules_extraction = step(steps.business_rules_extraction, tags=("schema",))
complexity_assessment = step(steps.complexity_assessment, tags=("schema",))
