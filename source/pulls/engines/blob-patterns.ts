/** The hour whose records a blob holds, as Azure Monitor names blobs; milliseconds since 1970 at its begin. */
export const hourOf = (blob: string): number | undefined => {
	const {year, month, day, hour} =
		/(?:^|\/)y=(?<year>\d{4})\/m=(?<month>\d\d)\/d=(?<day>\d\d)\/h=(?<hour>\d\d)\/m=\d\d\/PT1H[^\/]*\.json$/v.exec(
			blob,
		)?.groups ?? {};
	return year === undefined
		? undefined
		: Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
};

/** The days of one month as few patterns: a run of days is one for each ten of them. */
const writeDays = (days: readonly number[], daysInMonth: number): string[] => {
	if (days.length === daysInMonth) {
		return ['*'];
	}

	return [0, 1, 2, 3].flatMap(ten => {
		const ones = days
			.filter(day => Math.floor(day / 10) === ten)
			.map(day => day % 10);
		return ones.length === 0
			? []
			: [
					ones.length === 1
						? `${ten}${ones[0]}/*`
						: `${ten}[${ones.join('')}]/*`,
				];
	});
};

/** What the names of the wanted blobs begin with: the pattern without what would stand for the time. */
const beginningOf = (pattern: string): string =>
	pattern.replace(/PT1H[^\/]*$/v, '').replace(/[*\/]+$/v, '');

/**
Patterns for `az storage blob download-batch` that bring the blobs of some UTC days, and no others: `*` stands for slashes too. Each costs a listing of the container, so there are few of them.
@param days - Milliseconds since 1970 at which each day begins, in order.
@param pattern - What the operator wrote; one that says the year itself is left as it is.
*/
export const listPatterns = (
	days: readonly number[],
	pattern: string,
): readonly string[] => {
	if (days.length === 0) {
		return [];
	}

	if (/(?:^|[*\/])y=/v.test(pattern)) {
		return [pattern];
	}

	const beginning = beginningOf(pattern);
	return [...groupByMonth(days)].flatMap(([month, dates]) => {
		const [year = '', number = ''] = month.split('-');
		const daysInMonth = new Date(
			Date.UTC(Number(year), Number(number), 0),
		).getUTCDate();
		return writeDays(dates, daysInMonth).map(
			written => `${beginning}*/y=${year}/m=${number}/d=${written}`,
		);
	});
};

/** The days of each month, `2026-11`. */
const groupByMonth = (
	days: readonly number[],
): ReadonlyMap<string, readonly number[]> => {
	const months = new Map<string, number[]>();
	for (const time of days) {
		const date = new Date(time);
		const month = date.toISOString().slice(0, 7);
		const dates = months.get(month) ?? [];
		dates.push(date.getUTCDate());
		months.set(month, dates);
	}

	return months;
};
