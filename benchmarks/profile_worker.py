"""Print the peak memory in MB and the CPU seconds of one profile export worker on a number of endpoints.

The worker is the real one: it queries a shard page by page, makes each endpoint a row and writes Parquet in parts of a
multipart upload.
"""

import sys

from audience.batches.columns import columns_of
from audience.batches.files import BatchFiles
from audience.endpoints.scan import ShardScan
from audience.memberships.lookup import MembershipLookup
from audience.profiles.definition import PolicyDefinition, ProfileExportDefinition
from audience.profiles.export import ProfileExport
from audience.profiles.scan import ProfileScan
from audience.profiles.worker import ProfileWorker
from benchmarks.null_aws import APP, key, null_s3, print_cost, stores
from benchmarks.service import row_client, sink

DEFINITION = ProfileExportDefinition(
    fields=None,
    merge_policy=PolicyDefinition("policy", 1, "none", "timestampOrdered", ()),
    segments=(),
    qualified_from=None,
    qualified_to=None,
    ingested_after=None,
    empty_profiles=False,
    event_list=None,
    dataset_id="dataset",
    format="parquet",
    segment_per_batch=False,
    batches=("batch",),
    evaluate=False,
    memberships=False,
)


def run(url: str, endpoints: int) -> None:
    """Export one shard that holds all endpoints."""
    (jobs, pieces), s3 = stores(), null_s3()
    worker = ProfileWorker(
        key("PROFILE_EXPORT"),
        jobs,
        pieces,
        ProfileExport.of(DEFINITION),
        lambda name: BatchFiles(s3, "bucket", "out/", columns_of(None), "parquet", name),
        ProfileScan(ShardScan(row_client(url), f"endpoints-{endpoints}", APP), "none"),
        lambda shard: MembershipLookup(s3, "bucket", {}, shard),
        lambda *_: (),
    )
    if not worker.run(0, [0], lambda: True, 0):
        raise SystemExit("the worker did not finish")


def main() -> None:
    """Run the worker on as many endpoints as the first argument says."""
    with sink() as url:
        run(url, int(sys.argv[1]))
    print_cost()


if __name__ == "__main__":
    main()
