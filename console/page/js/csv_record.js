// One record of CSV, and the header of a file (RFC 4180). Pure: nothing here touches the page.

export const DELIMITERS = [",", ";", "\t", "|"];

// Return the cells of a record, without the quotes around them.
export function cellsOf(record, delimiter) {
  const cells = [];
  let cell = "";
  let quoted = false;
  for (let place = 0; place < record.length; place += 1) {
    const letter = record[place];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (record[place + 1] === '"') cell += record[(place += 1)];
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === delimiter) {
      cells.push(cell);
      cell = "";
    } else cell += letter;
  }
  cells.push(cell);
  return cells;
}

// Return the first records of a text that are not blank, without their line ends; quotes may hold line breaks.
export function firstRecords(text, most) {
  const records = [];
  let from = 0;
  let quoted = false;
  for (let place = 0; place <= text.length && records.length < most; place += 1) {
    if (text[place] === '"') quoted = !quoted;
    if (place === text.length || (!quoted && (text[place] === "\n" || text[place] === "\r"))) {
      const record = text.slice(from, place);
      if (record.trim()) records.push(record);
      from = place + 1;
    }
  }
  return records;
}

// Return the delimiter of a header: the one that stands outside of quotes most often.
export function delimiterOf(header) {
  const bare = header.replace(/"[^"]*"/g, "");
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

// Return the columns of a file by its beginning, the delimiter between them, and the cells of the first row.
export function columnsOf(beginning) {
  let text = beginning.replace(/^\ufeff+/, "");
  const said = /^"?sep=(.)"?\r?\n/.exec(text);
  if (said) text = text.slice(said[0].length);
  const [header = "", row = ""] = firstRecords(text, 2);
  const delimiter = said && DELIMITERS.includes(said[1]) ? said[1] : delimiterOf(header);
  return { delimiter, columns: cellsOf(header, delimiter).map((name) => name.trim()), sample: cellsOf(row, delimiter) };
}
