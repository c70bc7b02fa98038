"""The resources of the dialect, in API Gateway's notation. The stack deploys them; the resolver answers them.

A slash at the end of a path is tolerated: REST APIs match it, and name the resource without it.
"""

PROFILE = "/data/core/ups"
CATALOG = "/data/foundation/catalog"

MERGE_POLICIES = f"{PROFILE}/config/mergePolicies"
MERGE_POLICY = f"{MERGE_POLICIES}/{{merge-policy-id}}"

EXPORT_JOBS = f"{PROFILE}/export/jobs"
EXPORT_JOB = f"{EXPORT_JOBS}/{{export-job-id}}"

DATASETS = f"{CATALOG}/dataSets"
DATASET = f"{DATASETS}/{{dataset-id}}"

PATHS: tuple[str, ...] = (
    MERGE_POLICIES,
    MERGE_POLICY,
    EXPORT_JOBS,
    EXPORT_JOB,
    DATASETS,
    DATASET,
)

# What browsers let scripts see of an answer, API Gateway's own answers included; it adds x-amzn-RequestId.
SEEN_BY_BROWSERS = "Message,X-Location,x-amzn-RequestId"
