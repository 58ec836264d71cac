import test from 'ava';
import {
	digestAlgorithm,
	parseDigest,
	shortenDigest,
} from '../../source/oci/digest.js';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;
const sha512 = `sha512:${'0123456789abcdef'.repeat(8)}`;

test('a digest of a registered algorithm is one', t => {
	t.is<unknown, unknown>(parseDigest(sha256), sha256);
	t.is<unknown, unknown>(parseDigest(sha512), sha512);
});

const noDigests: ReadonlyArray<readonly [string, unknown]> = [
	['no text', undefined],
	['a number', 12],
	['a list of one digest', [sha256]],
	['an empty text', ''],
	['no algorithm', sha256.slice('sha256:'.length)],
	['no colon', sha256.replace(':', '')],
	['upper case', sha256.toUpperCase()],
	['upper case after the colon', `sha256:${'A'.repeat(64)}`],
	['one character too few', sha256.slice(0, -1)],
	['one character too many', `${sha256}0`],
	['a letter that is not hexadecimal', `sha256:${'g'.repeat(64)}`],
	['the length of another algorithm', sha512.replace('sha512', 'sha256')],
	['an algorithm that is not registered', sha256.replace('sha256', 'md5')],
	['a property that every object has', `constructor:${'0'.repeat(64)}`],
	['a space before it', ` ${sha256}`],
	['a line feed after it', `${sha256}\n`],
	['a path after it', `${sha256}/../../tags`],
];

for (const [what, value] of noDigests) {
	test(`no digest: ${what}`, t => {
		t.is(parseDigest(value), undefined);
	});
}

test('a digest tells its algorithm and its first 12 characters', t => {
	const digest = parseDigest(sha512);
	t.truthy(digest);
	t.is(digest && digestAlgorithm(digest), 'sha512');
	t.is(digest && shortenDigest(digest), '0123456789ab');
});
