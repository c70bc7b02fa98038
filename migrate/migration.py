"""The migration: files listed and counted, the app made, folders imported, segments defined, all compared."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from migrate.counting import Counted, count_rows
from migrate.folders import Folder, SavedFile, folders_of
from migrate.plan import PlannedImport, planned_imports
from migrate.progress import watch_jobs
from migrate.report import Brought, ComparedSegment, show_channels, show_files, show_reasons, show_segments
from migrate.saved_segments import SavedSegment, bases_first, read_segments
from migrate.service import Service
from migrate.settings import Arguments
from walk.arguments import UnusableArgumentsError
from walk.place import Place
from walk.show import console, step


class Migration:
    """One run of `make migrate`."""

    def __init__(self, arguments: Arguments, place: Place) -> None:
        """Keep what to bring, and where to."""
        self._arguments = arguments
        self._place = place
        self._s3 = place.s3()

    def run(self) -> bool:
        """Bring everything in, show it, and return whether it adds up.

        Raises:
            UnusableArgumentsError: there are no files at the source.
            UnusableSegmentsError: the file of segments cannot be used.
            MixedFolderError: a folder holds CSV and JSON.
            RefusedError: the service refused a request.
        """
        step(f"Read {self._arguments.source}")
        saved = self._saved()
        counted = {folder: self._count(folder) for folder in self._folders()}
        service = self._service()
        try:
            step(f"Import into app {service.app_id} of {self._arguments.url}")
            brought = self._import(service, counted, saved)
            step("Define segments")
            segments = [] if self._arguments.dry_run else self._segments(service, brought, saved)
        finally:
            if self._arguments.dry_run:
                service.remove()
        step("What there is now")
        show_files(brought)
        show_reasons(brought)
        show_channels(brought)
        show_segments(segments)
        return all(each.adds_up for each in brought) and all(segment.same for segment in segments)

    def _folders(self) -> list[Folder]:
        folders = folders_of(self._arguments.bucket, self._files())
        if not folders:
            raise UnusableArgumentsError(
                f"FROM: there is no CSV, JSON or .gz file below {self._arguments.source}"
            )
        return folders

    def _files(self) -> Iterator[SavedFile]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._arguments.bucket, Prefix=self._arguments.prefix
        )
        for page in pages:
            for entry in page.get("Contents", []):
                if entry["Size"]:
                    yield SavedFile(entry["Key"], entry["Size"])

    def _count(self, folder: Folder) -> dict[str, Counted]:
        counted = {}
        for file in folder.files:
            body = self._s3.get_object(Bucket=folder.bucket, Key=file.key)["Body"]
            counted[file.key] = count_rows(body, folder.format)
            console.print(f"  {folder.bucket}/{file.key}  {counted[file.key].rows:,} rows", highlight=False)
        return counted

    def _saved(self) -> list[SavedSegment]:
        where = self._arguments.segments_file
        if not where:
            return []
        if where.startswith("s3://"):
            bucket, _, key = where.removeprefix("s3://").partition("/")
            return read_segments(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())
        return read_segments(Path(where).read_text())

    def _service(self) -> Service:
        given = self._arguments
        if given.dry_run:
            return Service.with_app(
                self._place, "", f"{given.app_name} (dry run)", f"{given.source} (dry run)"
            )
        return Service.with_app(self._place, given.app_id, given.app_name, given.source)

    def _import(
        self, service: Service, counted: Mapping[Folder, dict[str, Counted]], saved: list[SavedSegment]
    ) -> list[Brought]:
        jobs: dict[str, PlannedImport] = {}
        for planned in planned_imports(counted, saved, service.app_id):
            job_id = service.start_import(planned, self._arguments.role_arn, dry_run=self._arguments.dry_run)
            what = f"segment {planned.segment_name}" if planned.segment_id else "endpoints only"
            console.print(f"  {job_id}  {planned.folder.url}  {what}", highlight=False, soft_wrap=True)
            jobs[job_id] = planned
        rows = {
            job: sum(each.rows for each in counted[planned.folder].values()) for job, planned in jobs.items()
        }
        ended = watch_jobs(rows, service.import_job)
        return [
            Brought(planned, counted[planned.folder], ended[job], _failed(service, job, ended[job]))
            for job, planned in jobs.items()
        ]

    def _segments(
        self, service: Service, brought: list[Brought], saved: list[SavedSegment]
    ) -> list[ComparedSegment]:
        found = [_compared(service, each.planned) for each in brought if each.planned.segment_id]
        brought_in = {each.planned.segment_id for each in brought}
        for segment in bases_first(saved):
            if segment.imported and segment.id not in brought_in:
                console.print(
                    f"  [yellow]{segment.name}: it was imported, and no folder has its id or name[/]",
                    highlight=False,
                )
                found.append(ComparedSegment(segment.name, segment.id, segment.size, None))
            elif not segment.imported:
                made = service.define_segment(segment)
                console.print(f"  {segment.name}  {'made' if made else 'is there already'}", highlight=False)
                found.append(ComparedSegment(segment.name, segment.id, None, None))
        return found


def _failed(service: Service, job_id: str, job: Mapping[str, Any]) -> Counter[str]:
    if not job.get("TotalFailures"):
        return Counter()
    lines = (json.loads(line) for line in service.failure_lines(job_id))
    return Counter(line["Object"] for line in lines if line.get("Line"))


def _compared(service: Service, planned: PlannedImport) -> ComparedSegment:
    found = service.segment(planned.segment_id) or {}
    definition = found.get("ImportDefinition", {})
    saved = planned.saved
    return ComparedSegment(
        planned.segment_name,
        planned.segment_id,
        saved.size if saved else None,
        definition.get("Size"),
        saved.channels if saved else None,
        definition.get("ChannelCounts"),
    )
