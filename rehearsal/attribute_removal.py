"""RemoveAttributes: a job that waits for writers while the rehearsal goes on, and is looked at afterwards."""

from dataclasses import replace

from walk.customer import Customer, Job
from walk.show import step, watch

ATTRIBUTES, USER_ATTRIBUTES = "endpoint-custom-attributes", "endpoint-user-attributes"


class Removal:
    """Jobs that remove attributes from the endpoints of an app of its own, into which nothing was imported."""

    def __init__(self, customer: Customer) -> None:
        """Make endpoints, and begin to remove what they have: a custom attribute, and one of their user."""
        step("RemoveAttributes: jobs begin, and wait for whoever may not know yet that names leave")
        self.customer = Customer(replace(customer.place, own=None), "Attributes", customer.checks)
        ada = {
            "Address": "ada@example.com",
            "ChannelType": "EMAIL",
            "Attributes": {"old": ["x"], "kept": ["x"]},
            "User": {"UserId": "ada", "UserAttributes": {"old": ["x"]}},
        }
        self.customer.pinpoint.update_endpoint(
            ApplicationId=self.customer.app, EndpointId="1", EndpointRequest=ada
        )
        self._jobs = [self._begun(attribute_type) for attribute_type in (ATTRIBUTES, USER_ATTRIBUTES)]

    def see_its_end(self) -> None:
        """Wait for the jobs, and check that only what was asked for is gone."""
        step("RemoveAttributes: the attributes are gone, and all else is there")
        checks = self.customer.checks
        for job_id, looked_at in zip(self._jobs, (1, 2), strict=True):
            job = watch("removal", looked_at, lambda job_id=job_id: self._job(job_id))  # type: ignore[misc]
            checks.same("status", job["JobStatus"], "COMPLETED")
            checks.same("items looked at", job["TotalProcessed"], looked_at)
        found = self.customer.endpoint("1")
        checks.same("attributes that are left", found["Attributes"], {"kept": ["x"]})
        checks.same("the user, without its attribute", found["User"], {"UserId": "ada"})

    def _begun(self, attribute_type: str) -> str:
        path = f"/v1/apps/{self.customer.app}/attributes/{attribute_type}"
        answer = self.customer.place.call("PUT", path, {"Blacklist": ["ol*"]})
        answer.raise_for_status()
        return str(answer.json()["JobId"])

    def _job(self, job_id: str) -> Job:
        path = f"/v1/apps/{self.customer.app}/jobs/attribute-removal/{job_id}"
        return dict(self.customer.place.call("GET", path).json())
