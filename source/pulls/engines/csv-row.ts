/**
The cells of a row of CSV: quotes around a cell that may hold commas, line ends and, doubled, quotes. `undefined` where a quote has no other, or stands where none may.
@see https://www.rfc-editor.org/rfc/rfc4180
*/
export const splitCsvRow = (row: string): readonly string[] | undefined => {
	const cells: string[] = [];
	const cell = /"(?<quoted>[^"]*(?:""[^"]*)*)"|(?<bare>[^",]*)/gy;
	for (;;) {
		const start = cell.lastIndex;
		const {quoted, bare = ''} = cell.exec(row)?.groups ?? {};
		const end =
			quoted === undefined ? start + bare.length : start + quoted.length + 2;
		cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
		if (end === row.length) {
			return cells;
		}

		if (row[end] !== ',') {
			return undefined;
		}

		cell.lastIndex = end + 1;
	}
};
