import stringWidth from 'string-width';

/** Cells padded to columns; the last one is left as it is. */
export const alignRows = (rows: ReadonlyArray<readonly string[]>): string[] => {
	const widths = (rows[0] ?? []).map((_, column) =>
		Math.max(...rows.map(row => stringWidth(row[column] ?? ''))),
	);
	return rows.map(row =>
		row
			.map((cell, column) =>
				column === row.length - 1
					? cell
					: cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)),
			)
			.join('  ')
			.trimEnd(),
	);
};
