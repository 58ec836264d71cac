import test from 'ava';
import {emptyRecord} from '../../source/oci/record.js';
import {collectReading} from '../../source/plan/collect-reading.js';
import type {Registry, RepositoryPart} from '../../source/world.js';
import {digestOf} from '../helpers/build-repository.js';
import {createManualClock} from '../helpers/fake-world.js';

const {signal} = new AbortController();

/** A registry of which only the reading is ever asked. */
const createReader = (
	read: Registry['readRepository'],
): Pick<Registry, 'readRepository'> => ({readRepository: read});

const collect = async (
	read: Registry['readRepository'],
	clock = createManualClock(),
) =>
	collectReading(
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the other methods are not called
		createReader(read) as Registry,
		'shop/app',
		{clock, signal},
	);

const part = (
	records: RepositoryPart['records'],
	gaps: readonly string[] = [],
): RepositoryPart => ({records, gaps, tagsListed: 0});

test('what is known last of a digest holds, and the time is that of the beginning', async t => {
	const clock = createManualClock();
	const start = clock.now();
	const one = emptyRecord(digestOf('one'));
	const two = emptyRecord(digestOf('two'));
	const reading = await collect(async function* () {
		yield part([one, two]);
		clock.advance(5000);
		yield part([{...one, tags: ['1'], state: 'loaded'}], ['A gap.']);
		yield part([], ['A gap.', 'Another.']);
	}, clock);
	t.deepEqual(reading, {
		repository: 'shop/app',
		records: new Map([
			[one.digest, {...one, tags: ['1'], state: 'loaded'}],
			[two.digest, two],
		]),
		gaps: ['A gap.', 'Another.'],
		readAt: start,
	});
});

test('a reading that breaks off is no reading', async t => {
	await t.throwsAsync(
		collect(async function* () {
			yield part([emptyRecord(digestOf('one'))]);
			throw new Error('The connection broke.');
		}),
		{message: 'The connection broke.'},
	);
});
