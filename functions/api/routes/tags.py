"""Tags of apps and segments, by their ARNs."""

from api import examples
from api.models import TagsModel, read
from api.reserved_tags import check_reserved_tags
from api.routes import paths
from api.tagging import change_tags, tagged, tags_of
from http_api.call import Body, Call
from http_api.errors import BadRequestError
from http_api.operations import Parameter, Shape, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)

TAG_KEYS = Parameter("tagKeys", "a key to remove; once for each key")


@router.get(paths.TAGS)
@operation("ListTagsForResource", response=Shape("TagsModel"))
def list_tags_for_resource() -> Body:
    """Return all tags of an app or a segment."""
    return {"tags": tags_of(tagged(router.call()))}


@router.post(paths.TAGS, status_code=204)
@operation("TagResource", request=TagsModel, response=None, example=examples.TAGS)
def tag_resource() -> None:
    """Add tags to an app or a segment, or change their values. A segment gets a new version by it."""
    call = router.call()
    resource = tagged(call)
    tags_of(resource)
    tags = read(TagsModel, call.body()).tags
    check_reserved_tags(tags, resource.reserved, resource.id)
    change_tags(resource, lambda before: {**before, **tags})


@router.delete(paths.TAGS, status_code=204)
@operation("UntagResource", response=None, query=(TAG_KEYS,))
def untag_resource() -> None:
    """Remove tags from an app or a segment; keys that it has not are passed over."""
    call = router.call()
    resource = tagged(call)
    tags_of(resource)
    keys = call.queries("tagKeys")
    if not keys:
        raise BadRequestError("tagKeys: is required, once for each key to remove")
    change_tags(resource, lambda before: {key: value for key, value in before.items() if key not in keys})
