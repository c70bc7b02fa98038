"""Paging, through a stock client: every listing, page by page, and every way to get it wrong."""

import pytest

MAIL = {"ChannelType": "EMAIL", "Address": "a@example.org"}


@pytest.fixture
def segment_ids(pinpoint, app_id):
    """Five segments, oldest first."""
    request = {"Name": "s", "Dimensions": {"Attributes": {}}}
    made = [
        pinpoint.create_segment(ApplicationId=app_id, WriteSegmentRequest=request)["SegmentResponse"]["Id"]
        for _ in range(5)
    ]
    assert made == sorted(made)
    return made


def pages(ask, member, size):
    """All pages of a listing, each as its items."""
    found, token = [], {}
    while True:
        answer = ask(PageSize=str(size), **token)[member]
        found.append(answer["Item"])
        if "NextToken" not in answer:
            return found
        token = {"Token": answer["NextToken"]}


@pytest.mark.parametrize(("size", "lengths"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (1000, [5])])
def test_segments_come_page_by_page_newest_first(pinpoint, app_id, segment_ids, size, lengths):
    found = pages(
        lambda **page: pinpoint.get_segments(ApplicationId=app_id, **page), "SegmentsResponse", size
    )
    assert [len(page) for page in found] == lengths
    assert [segment["Id"] for page in found for segment in page] == segment_ids[::-1]


def test_apps_come_page_by_page_newest_first(pinpoint):
    made = [
        pinpoint.create_app(CreateApplicationRequest={"Name": "p"})["ApplicationResponse"]["Id"]
        for _ in range(3)
    ]
    found = [app["Id"] for page in pages(pinpoint.get_apps, "ApplicationsResponse", 2) for app in page]
    assert found[:3] == made[::-1]
    assert len(found) == len(set(found))


def test_versions_of_a_segment_come_page_by_page_newest_first(pinpoint, app_id, segment_ids):
    for _ in range(2):
        pinpoint.update_segment(
            ApplicationId=app_id, SegmentId=segment_ids[0], WriteSegmentRequest={"Name": "t"}
        )
    found = pages(
        lambda **page: pinpoint.get_segment_versions(ApplicationId=app_id, SegmentId=segment_ids[0], **page),
        "SegmentsResponse",
        2,
    )
    assert [[version["Version"] for version in page] for page in found] == [[3, 2], [1]]


def test_all_endpoints_are_listed_once(http, pinpoint, app_id):
    items = [{"Id": f"e/{number}", **MAIL} for number in range(30)]
    pinpoint.update_endpoints_batch(ApplicationId=app_id, EndpointBatchRequest={"Item": items})
    found, token = [], ""
    while True:
        answer = http("GET", f"/v1/apps/{app_id}/endpoints?page-size=7{token}").json
        found += [endpoint["Id"] for endpoint in answer["Item"]]
        assert all(endpoint["ApplicationId"] == app_id for endpoint in answer["Item"])
        if "NextToken" not in answer:
            break
        token = f"&token={answer['NextToken']}"
    assert sorted(found) == sorted(item["Id"] for item in items)


@pytest.mark.parametrize(
    "listing", ["segments", "endpoints", "jobs/import", "jobs/export"], ids=lambda name: name
)
def test_an_empty_listing_is_an_empty_list_without_a_token(http, app_id, listing):
    assert http("GET", f"/v1/apps/{app_id}/{listing}").json == {"Item": []}


@pytest.mark.parametrize("size", ["0", "00", "-1", "ten", "", " 1", "1.5", "+1", "\u0661", "1\n"])
def test_a_page_size_that_is_no_number_from_1_is_refused(pinpoint, app_id, size):
    with pytest.raises(pinpoint.exceptions.BadRequestException) as refused:
        pinpoint.get_segments(ApplicationId=app_id, PageSize=size)
    assert f"page-size: {size!r} is not a whole number from 1 to 100" in str(refused.value)


def test_a_page_has_at_most_100_items_however_many_are_asked_for(http, pinpoint, app_id):
    for start in (0, 60):
        items = [{"Id": str(number), **MAIL} for number in range(start, start + 60)]
        pinpoint.update_endpoints_batch(ApplicationId=app_id, EndpointBatchRequest={"Item": items})
    for query in ("", "?page-size=101", "?page-size=" + "9" * 5000):
        answer = http("GET", f"/v1/apps/{app_id}/endpoints{query}").json
        assert len(answer["Item"]) == 100
        assert "NextToken" in answer


@pytest.mark.parametrize(
    "token", ["", "rubbish", "!", "a", "=", "AAAA" * 10, "ü", "\ud7ff", "eyJhIjogMX0=", "0" * 500]
)
def test_a_token_that_is_none_is_refused(pinpoint, app_id, token):
    with pytest.raises(pinpoint.exceptions.BadRequestException, match=r"token: .* is not a NextToken"):
        pinpoint.get_segments(ApplicationId=app_id, Token=token)


@pytest.mark.usefixtures("segment_ids")
def test_a_token_with_any_letter_changed_is_refused(pinpoint, app_id):
    token = pinpoint.get_segments(ApplicationId=app_id, PageSize="1")["SegmentsResponse"]["NextToken"]
    altered = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    for wrong in (*altered, token[:-1], token[1:], token + "A", token + "="):
        with pytest.raises(pinpoint.exceptions.BadRequestException, match="token: "):
            pinpoint.get_segments(ApplicationId=app_id, Token=wrong)


def test_a_token_of_another_listing_is_refused(pinpoint, app_id, segment_ids):
    token = pinpoint.get_segments(ApplicationId=app_id, PageSize="1")["SegmentsResponse"]["NextToken"]
    other = pinpoint.create_app(CreateApplicationRequest={"Name": "o"})["ApplicationResponse"]["Id"]
    for ask in (
        lambda: pinpoint.get_segments(ApplicationId=other, Token=token),
        lambda: pinpoint.get_import_jobs(ApplicationId=app_id, Token=token),
        lambda: pinpoint.get_apps(Token=token),
        lambda: pinpoint.get_segment_versions(ApplicationId=app_id, SegmentId=segment_ids[0], Token=token),
    ):
        with pytest.raises(pinpoint.exceptions.BadRequestException, match="token: "):
            ask()


def test_a_token_is_good_for_another_page_size(pinpoint, app_id, segment_ids):
    token = pinpoint.get_segments(ApplicationId=app_id, PageSize="1")["SegmentsResponse"]["NextToken"]
    rest = pinpoint.get_segments(ApplicationId=app_id, PageSize="9", Token=token)["SegmentsResponse"]
    assert [segment["Id"] for segment in rest["Item"]] == segment_ids[3::-1]
    assert "NextToken" not in rest
