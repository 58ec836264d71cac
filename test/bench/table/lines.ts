import type {MeasuredRow, Row, Unit} from '../measurement.js';

const widths = {what: 56, value: 12, ratio: 7, bound: 7} as const;

const formatValue = (value: number, unit: Unit): string => {
	switch (unit) {
		case 'ms': {
			return `${value.toFixed(1)} ms`;
		}

		case 'MB': {
			return `${value.toFixed(1)} MB`;
		}

		case 'bytes': {
			return `${value.toLocaleString('en')} B`;
		}

		case 'count': {
			return value.toLocaleString('en');
		}
	}
};

const ratioOf = ({value, baseline}: MeasuredRow): number | undefined =>
	baseline && value / baseline.value;

/** Whether a row breaks its bound. A bound without a usable baseline is broken. */
export const isOver = (row: Row): boolean => {
	if ('skipped' in row) {
		return false;
	}

	const {atMost, atLeast} = row;
	const ratio = ratioOf(row);
	return !(
		(atMost === undefined || (ratio !== undefined && ratio <= atMost)) &&
		(atLeast === undefined || (ratio !== undefined && ratio >= atLeast))
	);
};

const describeBound = ({atMost, atLeast}: MeasuredRow): string =>
	[
		...(atMost === undefined ? [] : [`≤ ${Math.round(atMost * 100) / 100}`]),
		...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
	].join(' ');

/** The heads of the table's columns. */
export const headLine = [
	'what'.padEnd(widths.what),
	'value'.padStart(widths.value),
	'ratio'.padStart(widths.ratio),
	'bound'.padStart(widths.bound),
	'     ',
	'baseline',
].join('  ');

/** A row as a line: value, ratio, bound, PASS or over, baseline. */
export const rowLine = (row: Row): string => {
	if ('skipped' in row) {
		return `${row.what.padEnd(widths.what)}  skipped: ${row.skipped}`;
	}

	const {what, value, unit, baseline} = row;
	const bound = describeBound(row);
	const verdict = bound === '' ? '' : isOver(row) ? 'over' : 'PASS';
	return [
		what.padEnd(widths.what),
		formatValue(value, unit).padStart(widths.value),
		(ratioOf(row)?.toFixed(2) ?? '').padStart(widths.ratio),
		bound.padStart(widths.bound),
		verdict.padEnd(5),
		baseline ? `${baseline.name}: ${formatValue(baseline.value, unit)}` : '',
	]
		.join('  ')
		.trimEnd();
};
