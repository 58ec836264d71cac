import {formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {wrapWords} from '../text/wrap-words.js';
import {type DoctorCheck, type DoctorSubject, isFault} from './doctor-check.js';

/** One of a kind by name, and all of a kind where there is none. */
const titles: Readonly<
	Record<DoctorSubject['kind'], readonly [one: string, all: string]>
> = {
	settings: ['Settings', 'Settings'],
	registry: ['Registry', 'Registries'],
	cluster: ['Cluster', 'Clusters'],
	pulls: ['Pulls', 'Pulls'],
};

const formatTitle = ({kind, name, source}: DoctorSubject): string => {
	const [one, all] = titles[kind];
	return name === ''
		? all
		: `${one} ${makeSafe(name)}${source === '' ? '' : ` (${makeSafe(source)})`}`;
};

/** Cells of a terminal. */
const width = 80;
const indent = 23;

/** A text in the last column; `lead` stands before its first line. */
const formatColumn = (text: string, lead: string): string[] =>
	wrapWords(makeSafe(text), width - indent - lead.length).map(
		(line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line,
	);

const formatCheck = ({
	question,
	state,
	says,
	remedy,
}: DoctorCheck): readonly string[] =>
	[
		...formatColumn(says, ''),
		...(remedy === '' ? [] : formatColumn(remedy, '→ ')),
	].map(
		(line, index) =>
			(index === 0
				? `  ${question.padEnd(10)}  ${state.padEnd(7)}  `
				: ' '.repeat(indent)) + line,
	);

/** What `jetsam doctor` prints of one thing, with an empty line behind it: what was asked, the answer, and why or what to do, within 80 cells. */
export const createSubjectText = (subject: DoctorSubject): string =>
	[
		...wrapWords(formatTitle(subject), width),
		...subject.checks.flatMap(check => formatCheck(check)),
		'',
		'',
	].join('\n');

/** The last line: how much there is to mend. */
export const createDoctorSummary = (
	subjects: readonly DoctorSubject[],
): string => {
	const checks = subjects.flatMap(subject => subject.checks);
	const faults = checks.filter(check => isFault(check)).length;
	const unknown = checks.filter(({state}) => state === 'unknown').length;
	return [
		faults === 0
			? 'Nothing to mend'
			: `${formatCount(faults, 'thing')} to mend`,
		...(unknown === 0
			? []
			: [
					`${formatCount(unknown, 'answer')} ${unknown === 1 ? 'is' : 'are'} unknown, which is no fault`,
				]),
	]
		.join('; ')
		.concat('.\n');
};
