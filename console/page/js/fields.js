// Which field of an endpoint a column is. columns.json has the names; it is made of the service's own.

export const PREFIXES = ["Attributes.", "Metrics.", "User.UserAttributes."];

// Return the field that a column names in any case; the name of a custom attribute keeps its case. Empty for none.
export function fieldOf(column, fields) {
  const found = fields.find((name) => name.toLowerCase() === column.toLowerCase());
  if (found) return found;
  const prefix = PREFIXES.find((each) => column.toLowerCase().startsWith(each.toLowerCase()));
  return prefix && column.length > prefix.length ? prefix + column.slice(prefix.length) : "";
}

// Return the members of an import's request that say what was chosen: a field by column, and constants by field.
export function rulesOf(columns, chosen, constants, fields) {
  const said = {};
  for (const column of columns) {
    const field = chosen[column];
    if (field !== undefined && field !== fieldOf(column, fields)) said[column] = field;
  }
  const kept = Object.fromEntries(Object.entries(constants).filter(([field, value]) => field && value.trim()));
  return {
    ...(Object.keys(said).length ? { Columns: said } : {}),
    ...(Object.keys(kept).length ? { Constants: kept } : {}),
  };
}

// Return whether rows can make new endpoints: they name an address and a channel.
export function enough(columns, chosen, constants, fields) {
  const has = new Set([...columns.map((column) => chosen[column] ?? fieldOf(column, fields)), ...Object.keys(constants).filter((field) => constants[field].trim())]);
  return has.has("Id") || has.has("User.UserId") || (has.has("Address") && has.has("ChannelType"));
}
