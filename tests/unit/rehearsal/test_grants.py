import json

from rehearsal.grants import Call, Grant, calls_in, grants_in, place_of, refused, role_of, unused

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/SegmentJobs-Control-1"
BUCKET = "arn:aws:s3:::service"


def call(action, resource, prefix=None, *, function="api", allowed=True):
    return Call(function, action, resource, prefix, allowed)


def test_a_policy_is_one_grant_for_each_action_and_resource():
    policy = {
        "Statement": [
            {"Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": TABLE, "Effect": "Allow"},
            {
                "Action": "s3:ListBucket",
                "Resource": BUCKET,
                "Condition": {"StringLike": {"s3:prefix": ["work/*", "uploads/*"]}},
            },
        ]
    }
    assert grants_in("api", policy) == [
        Grant("api", "dynamodb:GetItem", TABLE),
        Grant("api", "dynamodb:Query", TABLE),
        Grant("api", "s3:ListBucket", BUCKET, ("work/*", "uploads/*")),
    ]


def test_a_grant_that_no_allowed_call_needed_is_unused():
    read = Grant("api", "s3:GetObject", f"{BUCKET}/uploads/*")
    listing = Grant("api", "s3:ListBucket", BUCKET, ("work/*",))
    assert unused([read, listing], []) == [read, listing]
    assert unused([read], [call("s3:GetObject", f"{BUCKET}/uploads/a/b.csv")]) == []
    assert unused([read], [call("s3:GetObject", f"{BUCKET}/exports/a")]) == [read]
    assert unused([read], [call("s3:GetObject", f"{BUCKET}/uploads/a", allowed=False)]) == [read]
    assert unused([read], [call("s3:GetObject", f"{BUCKET}/uploads/a", function="plan_import")]) == [read]
    assert unused([listing], [call("s3:ListBucket", BUCKET, "uploads/a")]) == [listing]
    assert unused([listing], [call("s3:ListBucket", BUCKET, "work/a")]) == []


def test_what_was_refused_is_told_once():
    asked = call("s3:GetObject", f"{BUCKET}/secret", allowed=False)
    assert refused([asked, asked, call("s3:GetObject", f"{BUCKET}/uploads/a")]) == [
        f"api s3:GetObject {BUCKET}/secret"
    ]


def test_calls_are_those_of_the_functions_roles(tmp_path):
    lines = [
        {
            "principal": "arn:aws:sts::123456789012:assumed-role/ApiRole/api",
            "action": "s3:ListBucket",
            "resource": BUCKET,
            "prefix": ["work/"],
            "allowed": True,
        },
        {
            "principal": "arn:aws:iam::123456789012:user/customer",
            "action": "s3:GetObject",
            "resource": f"{BUCKET}/a",
            "prefix": None,
            "allowed": False,
        },
    ]
    path = tmp_path / "calls.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert calls_in(path, {"ApiRole": "api"}) == [call("s3:ListBucket", BUCKET, "work/")]


def test_the_role_of_a_session_is_known_by_its_name():
    assert role_of("arn:aws:sts::123456789012:assumed-role/ApiRole/api") == "ApiRole"
    assert role_of("arn:aws:iam::123456789012:user/customer") == ""


def test_a_line_names_places_without_what_a_deployment_makes_up():
    assert Grant("api", "dynamodb:GetItem", TABLE).line == "api dynamodb:GetItem Control"
    assert Grant("api", "s3:GetObject", f"{BUCKET}/uploads/*").line == "api s3:GetObject uploads/*"
    assert Grant("api", "s3:ListBucket", BUCKET).line == "api s3:ListBucket bucket"
    assert (
        Grant("a", "s3:ListBucket", BUCKET, ("work/*", "uploads/*")).line
        == "a s3:ListBucket work/* or uploads/*"
    )
    assert place_of("*") == "*"
