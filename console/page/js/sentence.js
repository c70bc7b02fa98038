// A segment's definition as a sentence. Pure: nothing here touches the page.

const list = (values, joint) => (values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} ${joint} ${values.at(-1)}`);
const quoted = (values) => list(values.map((value) => `“${value}”`), "or");

const ATTRIBUTE = {
  INCLUSIVE: (name, values) => `${name} is ${quoted(values)}`,
  EXCLUSIVE: (name, values) => `${name} is not ${quoted(values)}`,
  CONTAINS: (name, values) => `${name} contains ${quoted(values)}`,
  BEFORE: (name, values) => `${name} is before ${list(values, "or")}`,
  AFTER: (name, values) => `${name} is after ${list(values, "or")}`,
  BETWEEN: (name, values) => `${name} is between ${list(values, "and")}`,
  ON: (name, values) => `${name} is on ${list(values, "or")}`,
};
const COMPARISON = {
  EQUAL: "is",
  GREATER_THAN: "is greater than",
  LESS_THAN: "is less than",
  GREATER_THAN_OR_EQUAL: "is at least",
  LESS_THAN_OR_EQUAL: "is at most",
};
const DURATION = { HR_24: "24 hours", DAY_7: "7 days", DAY_14: "14 days", DAY_30: "30 days" };

const attribute = ([name, { AttributeType = "INCLUSIVE", Values = [] }]) => (ATTRIBUTE[AttributeType] || ATTRIBUTE.INCLUSIVE)(name, Values);
const set = (names, { DimensionType = "INCLUSIVE", Values = [] }) => ATTRIBUTE[DimensionType](names, Values);

function point({ Coordinates = {}, RangeInKilometers }) {
  return `within ${RangeInKilometers} km of ${Coordinates.Latitude}, ${Coordinates.Longitude}`;
}

// Return what one Dimensions asks for, in parts that all hold.
export function conditionsOf(dimensions) {
  const { Attributes = {}, UserAttributes = {}, Metrics = {}, Demographic = {}, Location = {}, Behavior = {} } = dimensions;
  const { GPSPoint, ...places } = Location;
  const recency = Behavior.Recency;
  return [
    ...Object.entries(Attributes).map(attribute),
    ...Object.entries(UserAttributes).map(([name, value]) => `the user's ${attribute([name, value])}`),
    ...Object.entries(Metrics).map(([name, { ComparisonOperator, Value }]) => `${name} ${COMPARISON[ComparisonOperator] || ComparisonOperator} ${Value}`),
    ...Object.entries({ ...Demographic, ...places }).map(([name, value]) => set(name, value)),
    ...(GPSPoint ? [point(GPSPoint)] : []),
    ...(recency ? [`${recency.RecencyType === "ACTIVE" ? "active" : "not active"} in the last ${DURATION[recency.Duration] || recency.Duration}`] : []),
  ];
}

function group({ Dimensions = [], SourceSegments = [], Type = "ALL", SourceType = "ALL" }) {
  const conditions = Dimensions.map((dimensions) => list(conditionsOf(dimensions), "and")).filter(Boolean);
  const joined = list(conditions.map((text) => (conditions.length > 1 ? `(${text})` : text)), Type === "ANY" ? "or" : "and");
  const bases = list(SourceSegments.map(({ Id }) => `segment ${Id}`), SourceType === "ANY" ? "or" : "and");
  const from = bases && (SourceType === "NONE" ? `in none of ${bases}` : `in ${bases}`);
  const said = Type === "NONE" && joined ? `not (${joined})` : joined;
  return [from, said].filter(Boolean).join(", where ");
}

// Return who is in a segment, as one sentence.
export function sentence(segment) {
  if (segment.SegmentType === "IMPORT") return `The endpoints that were imported from ${segment.ImportDefinition?.S3Url || "a file"}.`;
  const groups = segment.SegmentGroups?.Groups?.map(group).filter(Boolean) || [];
  const joint = { ANY: "or", ALL: "and" }[segment.SegmentGroups?.Include] || "and";
  const said = groups.length
    ? list(groups.map((text) => (groups.length > 1 ? `[${text}]` : text)), joint)
    : list(conditionsOf(segment.Dimensions || {}), "and");
  if (segment.SegmentGroups?.Include === "NONE" && said) return `Endpoints that are in none of these: ${said}.`;
  return said ? `Endpoints: ${said}.` : "All endpoints.";
}
