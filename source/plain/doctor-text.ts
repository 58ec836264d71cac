import {formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {type DoctorSubject, isWell} from './doctor-check.js';

const titles: Readonly<Record<DoctorSubject['kind'], string>> = {
	settings: 'Settings',
	registry: 'Registry',
	cluster: 'Cluster',
	pulls: 'Pulls',
};

const formatTitle = ({kind, name, source}: DoctorSubject): string =>
	`${titles[kind]}${name === '' ? '' : ` ${makeSafe(name)}`}${source === '' ? '' : ` (${makeSafe(source)})`}`;

const indent = ' '.repeat(4);

const formatSubject = (subject: DoctorSubject): readonly string[] => [
	formatTitle(subject),
	...subject.checks.flatMap(({question, state, says, remedy}) => [
		`  ${state.padEnd(7)}  ${question.padEnd(10)}  ${makeSafe(says)}`,
		...(remedy === '' ? [] : [`${indent}→ ${makeSafe(remedy)}`]),
	]),
];

/** What `jetsam doctor` prints. */
export const createDoctorText = (
	subjects: readonly DoctorSubject[],
): string => {
	const faults = subjects
		.flatMap(({checks}) => checks)
		.filter(({state}) => state === 'no').length;
	const last = isWell(subjects)
		? 'All is well.'
		: `${formatCount(faults, 'thing')} to mend.`;
	return `${[...subjects.map(subject => formatSubject(subject).join('\n')), last].join('\n\n')}\n`;
};

/** The same as a JSON document. */
export const createDoctorDocument = (
	subjects: readonly DoctorSubject[],
	checkedAt: number,
): unknown => ({
	schemaVersion: 1,
	checkedAt: new Date(checkedAt).toISOString(),
	well: isWell(subjects),
	subjects: subjects.map(({kind, name, source, checks}) => ({
		kind,
		name,
		source: source === '' ? null : source,
		checks: checks.map(({question, state, says, remedy}) => ({
			check: question,
			state,
			says,
			remedy: remedy === '' ? null : remedy,
		})),
	})),
});
