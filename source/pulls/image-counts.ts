import {parseImageReference} from '../evidence/image-reference.js';
import {findField, findInteger, findText} from './find-field.js';
import {imageOf} from './image-of.js';
import type {ReadRecord} from './pull-record.js';
import {readKnownTime} from './known-time.js';

/**
A row of the aggregates that Google's guide makes of Kubernetes events: `imageName`, `numberOfPulls` and perhaps `timeOfImagePull` (to the minute). `undefined` where it has no such columns.

What it counts are the times that a kubelet set out to pull.
*/
export const readImageCount = (row: unknown): ReadRecord | undefined => {
	const written = findField(row, 'numberOfPulls');
	if (written === undefined) {
		return undefined;
	}

	const count = findInteger(row, 'numberOfPulls');
	if (count === undefined || count < 0) {
		return {
			kind: 'bad',
			problem: 'numberOfPulls is no whole number that can be counted.',
		};
	}

	const when = findText(row, 'timeOfImagePull');
	const time = readKnownTime(when);
	if (when !== '' && time === undefined) {
		return {kind: 'bad', problem: 'timeOfImagePull is no time.'};
	}

	const name = findText(row, 'imageName');
	const reference = parseImageReference(name);
	// A message without a name in quotes makes a row without a name.
	return reference === undefined || count === 0
		? {kind: 'other', time, host: ''}
		: {
				kind: 'record',
				record: {
					time,
					host: reference.host,
					repository: reference.repository,
					image: imageOf(reference),
					tag: undefined,
					action: 'attempt',
					count,
					// The query groups by both, so that the same row of two exports is one. Without a time, two rows may be of two spans.
					id: time === undefined ? undefined : `${time} ${name}`,
					agent: '',
					client: '',
				},
			};
};
