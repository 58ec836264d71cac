import test from 'ava';
import {createCopyMeter} from '../../source/copy/copy-meter.js';
import {parseDigest} from '../../source/oci/digest.js';
import {describeCopyProgress} from '../../source/plain/copy-text.js';

const digest = parseDigest(`sha256:${'1'.repeat(64)}`)!;
const other = parseDigest(`sha256:${'2'.repeat(64)}`)!;

const start = (total: number) => {
	let time = 0;
	const meter = createCopyMeter({total, now: () => time});
	return {
		meter,
		wait(milliseconds: number) {
			time += milliseconds;
		},
	};
};

test('bytes on their way count, what was there costs no time of sending, and images that have not begun are as large as the others', t => {
	const {meter, wait} = start(2);
	meter.take(0, {kind: 'found', bytes: 4_000_000});
	t.is(meter.progress().secondsLeft, undefined);
	meter.take(0, {kind: 'whole'});
	meter.take(0, {kind: 'blob', digest: other, bytes: 1_000_000, isSent: false});
	meter.take(0, {kind: 'sending', digest, bytes: 0});
	wait(1000);
	meter.take(0, {kind: 'sending', digest, bytes: 1_000_000});
	const progress = meter.progress();
	t.is(progress.sent, 1_000_000);
	t.is(progress.there, 1_000_000);
	t.is(progress.done, 2_000_000);
	t.is(progress.expected, 8_000_000);
	t.is(progress.rate, 1_000_000);
	t.is(progress.secondsLeft, 3);
	t.deepEqual([...progress.images], [[0, {done: 2_000_000, found: 4_000_000}]]);
	t.is(
		describeCopyProgress(progress),
		'1 MB sent, 1 MB/s, 1 MB there already, about 3 s left',
	);
});

test('a blob that is sent anew counts as sent twice, and as done once', t => {
	const {meter} = start(1);
	meter.take(0, {kind: 'found', bytes: 100});
	meter.take(0, {kind: 'whole'});
	for (const bytes of [0, 60, 0, 40, 100]) {
		meter.take(0, {kind: 'sending', digest, bytes});
	}

	meter.take(0, {kind: 'blob', digest, bytes: 100, isSent: true});
	const {sent, done, expected} = meter.progress();
	t.deepEqual({sent, done, expected}, {sent: 160, done: 100, expected: 100});
});

test('where nothing comes for long the rate falls to nothing, and no time is said', t => {
	const {meter, wait} = start(1);
	meter.take(0, {kind: 'found', bytes: 1000});
	meter.take(0, {kind: 'whole'});
	meter.take(0, {kind: 'sending', digest, bytes: 500});
	for (let second = 0; second < 30; second++) {
		wait(1000);
		meter.progress();
	}

	const {rate, secondsLeft} = meter.progress();
	t.is(rate, 0);
	t.is(secondsLeft, undefined);
});

test('an image that has failed is expected no more', t => {
	const {meter} = start(2);
	for (const image of [0, 1]) {
		meter.take(image, {kind: 'found', bytes: 1000});
		meter.take(image, {kind: 'whole'});
	}

	meter.take(0, {kind: 'sending', digest, bytes: 400});
	meter.end(0);
	const {expected, done, images} = meter.progress();
	t.deepEqual({expected, done}, {expected: 1000, done: 0});
	t.deepEqual([...images.keys()], [1]);
});
