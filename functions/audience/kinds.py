"""The kinds of jobs that there are; a new one is added here."""

from audience.attribute_removals.kind import ATTRIBUTE_REMOVAL
from audience.exports.kind import EXPORT
from audience.imports.kind import IMPORT
from audience.jobs.kind import Kinds
from audience.profiles.kind import PROFILE_EXPORT

KINDS: Kinds = {kind.name: kind for kind in (IMPORT, EXPORT, PROFILE_EXPORT, ATTRIBUTE_REMOVAL)}
