"""A client that keeps its connection reads the answer after a 204 as what it is."""

import json
import subprocess

import boto3
import pytest

from audience.experience_platform.export_jobs import NumberedJob, NumberedJobs
from audience.identifiers import new_id, now_iso
from audience.jobs.model import Job, JobKey
from audience.jobs.store import JobStore
from experience_platform_api.routes.paths import EXPORT_JOBS, MERGE_POLICIES

# Cancels a job, then lists merge policies on the same connection; prints both answers.
CLIENT = """
const http = require("http");
const [origin, job, policies, headers] = process.argv.slice(1);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const ask = (method, path) => new Promise((done, failed) => {
  const request = http.request(origin + path, { method, agent, headers: JSON.parse(headers) }, (answer) => {
    let body = "";
    answer.on("data", (part) => { body += part; });
    answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body,
                                  again: request.reusedSocket }));
  });
  request.on("error", failed);
  request.end();
});
(async () => {
  const answers = [await ask("DELETE", job)];
  await new Promise(setImmediate);
  answers.push(await ask("GET", policies));
  console.log(JSON.stringify(answers));
  agent.destroy();
})();
"""


@pytest.fixture
def job(stack, place):
    """The path of a new job that has no execution; it is gone after the test."""
    table = boto3.resource("dynamodb").Table(stack.variables["CONTROL_TABLE"])
    numbered, store = NumberedJobs(table), JobStore(table)
    key, number = JobKey(place.application_id, "PROFILE_EXPORT", new_id()), numbered.next_number()
    numbered.add(place.organisation, place.sandbox, NumberedJob(number, 1, key))
    store.create(Job(key, now_iso(), {}))
    yield f"{EXPORT_JOBS}/{number}"
    table.delete_item(Key=key.item_key)
    store.active.forget(key)


def test_a_204_has_no_body_for_nodes_parser_to_stumble_over(stack, place, token, job):
    arguments = [stack.api_url, job, MERGE_POLICIES, json.dumps(place.headers(token))]
    done = subprocess.run(
        ["node", "-e", CLIENT, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    cancelled, listed = json.loads(done.stdout)
    assert (cancelled["status"], cancelled["body"]) == (204, "")
    assert cancelled["headers"].keys().isdisjoint({"content-type", "content-length"})
    assert cancelled["headers"]["message"] == "Export job has been marked for cancelling"
    assert (listed["status"], listed["again"]) == (200, True)
    assert json.loads(listed["body"])["children"]
