import {type DoctorSubject, isWell} from './doctor-check.js';

/** What `jetsam doctor --json` prints. Every sentence in it is foreign in part. */
export const createDoctorDocument = (
	subjects: readonly DoctorSubject[],
	checkedAt: number,
): unknown => ({
	schemaVersion: 1,
	checkedAt: new Date(checkedAt).toISOString(),
	well: isWell(subjects),
	subjects: subjects.map(({kind, name, source, checks}) => ({
		kind,
		name: name === '' ? null : name,
		source: source === '' ? null : source,
		checks: checks.map(({question, state, says, remedy}) => ({
			check: question,
			state,
			says,
			remedy: remedy === '' ? null : remedy,
		})),
	})),
});
