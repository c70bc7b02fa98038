"""The service's bucket: what is below which prefix. Stores, permissions and lifecycle rules take them from here."""

WORK = "work/"  # a job's own files while it runs: its plan, its workers' files; they expire
JOBS = "jobs/"  # a job's failure file, and the CSV of it
SEGMENTS = "segments/"  # memberships of imported segments, and histories
UPLOADS = "uploads/"  # files that clients upload for an import; they expire
EXPORTS = "exports/"  # exports into the service's own bucket
DATASETS = "datasets/"  # batches of profile exports
EXECUTIONS = "executions/"  # results of the map runs, written by Step Functions; they expire

OF_AN_APP = (WORK, JOBS, SEGMENTS, UPLOADS, EXPORTS, DATASETS)
TEMPORARY = (EXECUTIONS, WORK, UPLOADS)


def of_app(prefix: str, application_id: str) -> str:
    """Return the folder below a prefix that holds the objects of one app, with its closing slash."""
    return f"{prefix}{application_id}/"


def work_prefix(application_id: str, job_id: str) -> str:
    """Return the folder of a job's own files while it runs."""
    return f"{of_app(WORK, application_id)}{job_id}/"


def job_prefix(application_id: str, job_id: str) -> str:
    """Return the folder of what stays of a job."""
    return f"{of_app(JOBS, application_id)}{job_id}/"


def failures_key(application_id: str, job_id: str) -> str:
    """Return the key of a job's failure file."""
    return f"{job_prefix(application_id, job_id)}failures.jsonl"


def failures_csv_key(application_id: str, job_id: str) -> str:
    """Return the key of the CSV of a job's failures."""
    return f"{job_prefix(application_id, job_id)}failures.csv"


def segment_prefix(application_id: str, segment_id: str) -> str:
    """Return the folder of a segment's files."""
    return f"{of_app(SEGMENTS, application_id)}{segment_id}/"


def dataset_prefix(application_id: str, dataset_id: str) -> str:
    """Return the folder of a dataset's batches."""
    return f"{of_app(DATASETS, application_id)}{dataset_id}/"
