import test from 'ava';
import fc from 'fast-check';
import {parseAllDocuments} from 'yaml';
import {parseImageReference} from '../../source/evidence/image-reference.js';
import {mapImage} from '../../source/move/image-map.js';
import {parseMap} from '../../source/move/map-file.js';
import {planRewrite} from '../../source/move/plan-rewrite.js';
import {readFileText} from '../../source/uses/read-folder.js';

const digest = `sha256:${'a'.repeat(64)}`;

const map = parseMap(
	`version: 1
images:
  redis: home.io:5000/m/redis
  127.0.0.1:5000/a/b:1: home.io:5000/m/b:1
  quay.io/c@${digest}: home.io:5000/m/c
`,
	'map.yaml',
);

/** Names of images, and what each becomes. */
const names: ReadonlyMap<string, string> = new Map([
	['redis', 'home.io:5000/m/redis'],
	['redis:7', 'home.io:5000/m/redis:7'],
	['docker.io/library/redis:7.2-x', 'home.io:5000/m/redis:7.2-x'],
	[`redis@${digest}`, `home.io:5000/m/redis@${digest}`],
	[`redis:7@${digest}`, `home.io:5000/m/redis:7@${digest}`],
	['127.0.0.1:5000/a/b:1', 'home.io:5000/m/b:1'],
	[`quay.io/c@${digest}`, `home.io:5000/m/c@${digest}`],
	// These stay.
	['127.0.0.1:5000/a/b:2', '127.0.0.1:5000/a/b:2'],
	['quay.io/c:1', 'quay.io/c:1'],
	['redis.example/redis:7', 'redis.example/redis:7'],
	['own/redis', 'own/redis'],
]);

/** A line with an image at its `%`, or without one. */
type Line = {readonly text: string; readonly image: string};

/** How the lines of a kind of file look: what is above them, one line each, and what may stand between. */
type Kind = {
	readonly path: string;
	readonly head: string;
	readonly lines: readonly string[];
	readonly others: readonly string[];
};

const kinds: readonly Kind[] = [
	{
		path: 'Dockerfile',
		head: '# escape=\\\n',
		lines: [
			'FROM %',
			'from   --platform=linux/amd64 "%" AS x%n # y',
			'COPY --from=% /a /b',
			'RUN --mount=type=bind,from=%,target=/redis true',
		],
		others: [
			'# FROM redis:7',
			'',
			'RUN echo redis:7 \\\n\tredis:7',
			'LABEL a="redis:7\t"',
		],
	},
	{
		path: 'a.yaml',
		head: 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n',
		lines: [
			'  - image: %',
			"  - image:   '%'  # redis:7",
			'  - {name: "n%n", image: "%", args: [redis:7, "a\tb"]}',
			'  - image: &a%n %',
			'  -   command: [redis:7]\n      image: %',
		],
		others: [
			'  # image: redis:7',
			'',
			'  - name: redis:7 # é 🦀',
			'  - args:\n    - redis:7',
		],
	},
	{
		path: 'compose.yaml',
		head: 'services:\n',
		lines: [
			'  s%n: {image: %}',
			'  s%n:\n    image: "%" # redis:7',
			"  s%n:\n     environment: {A: redis:7}\n     image: '%'",
		],
		others: [
			'  # image: redis:7',
			'',
			'  o%n: {build: redis:7, labels: ["a\tb"]}',
		],
	},
	{
		path: 'values.yaml',
		head: 'top: redis:7\n',
		lines: [
			'k%n:\n  image: %',
			'k%n: {sideImage: "%"}',
			"k%n:\n    - image: '%'   # redis:7",
		],
		others: ['# redis:7', '', 'o%n: "redis:7\t"'],
	},
];

const someLines = ({lines, others}: Kind): fc.Arbitrary<readonly Line[]> =>
	fc.array(
		fc.oneof(
			fc.record({
				text: fc.constantFrom(...lines),
				image: fc.constantFrom(...names.keys()),
			}),
			fc.record({text: fc.constantFrom(...others), image: fc.constant('')}),
		),
		{maxLength: 12},
	);

type Sample = {
	readonly path: string;
	readonly before: string;
	readonly meant: string;
};

const render = (
	{head}: Kind,
	lines: readonly Line[],
	nameOf: (image: string) => string,
): string =>
	head +
	lines
		.map(
			({text, image}, index) =>
				`${text.replaceAll('%n', String(index)).replaceAll('%', nameOf(image))}\n`,
		)
		.join('');

const sample: fc.Arbitrary<Sample> = fc
	.constantFrom(...kinds)
	.chain(kind =>
		fc.record({
			kind: fc.constant(kind),
			lines: someLines(kind),
			isWindows: fc.boolean(),
			hasMark: fc.boolean(),
			isCut: fc.boolean(),
		}),
	)
	.map(({kind, lines, isWindows, hasMark, isCut}) => {
		const finish = (text: string): string => {
			const cut = isCut ? text.replace(/\n$/v, '') : text;
			return (
				(hasMark ? '\uFEFF' : '') +
				(isWindows ? cut.replaceAll('\n', '\r\n') : cut)
			);
		};

		return {
			path: kind.path,
			before: finish(render(kind, lines, image => image)),
			meant: finish(render(kind, lines, image => names.get(image) ?? image)),
		};
	});

const plan = ({path, before}: Pick<Sample, 'path' | 'before'>) =>
	planRewrite([{path, text: before, reading: readFileText(path, before)}], {
		goTo: image => mapImage(map, image),
		mayGo: () => true,
		pinOf: () => undefined,
		read: readFileText,
	});

test('every file becomes byte by byte what it is meant to be, and stays so', t => {
	let changed = 0;
	fc.assert(
		fc.property(sample, ({path, before, meant}) => {
			const {files, left} = plan({path, before});
			t.deepEqual(left, []);
			t.is(files[0]?.after ?? before, meant);
			t.deepEqual(plan({path, before: meant}), {files: [], left: []});
			changed += files.length;
		}),
		{numRuns: 400},
	);
	t.true(changed > 100);
});

const parse = (text: string): readonly unknown[] =>
	parseAllDocuments(text, {logLevel: 'silent'}).map(document => {
		const value: unknown = document.toJS();
		return value;
	});

/** Goes through two values that are to differ in images only. */
const compare = (one: unknown, other: unknown, path: string): string[] => {
	if (typeof one === 'string' && typeof other === 'string') {
		const image = parseImageReference(one);
		const home = image && mapImage(map, image);
		const isMeant =
			one === other ||
			(home && other === names.get(one) && /image$/iv.test(path));
		return isMeant ? [] : [`${path}: ${one} became ${other}`];
	}

	if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) {
		return one === other ? [] : [`${path}: ${String(one)}`];
	}

	const keys = Object.keys(one);
	return keys.join(' ') === Object.keys(other).join(' ')
		? keys.flatMap(key =>
				compare(
					Reflect.get(one, key),
					Reflect.get(other, key),
					`${path}/${key}`,
				),
			)
		: [`${path}: other keys`];
};

test('what YAML says differs in the mapped images only, and what is outside of the edits stays', t => {
	fc.assert(
		fc.property(sample, ({path, before}) => {
			const [file] = plan({path, before}).files;
			fc.pre(path !== 'Dockerfile');
			if (!file) {
				return;
			}

			const {after, edits} = file;
			const [one, other] = [before, after].map(text => parse(text));
			t.deepEqual(compare(one, other, ''), []);
			let rest = after;
			for (const edit of edits.toReversed()) {
				const shift = edits
					.filter(({offset}) => offset < edit.offset)
					.reduce(
						(sum, earlier) =>
							sum + earlier.after.length - earlier.before.length,
						0,
					);
				const start = edit.offset + shift;
				t.is(rest.slice(start, start + edit.after.length), edit.after);
				rest =
					rest.slice(0, start) +
					edit.before +
					rest.slice(start + edit.after.length);
			}

			t.is(rest, before);
		}),
		{numRuns: 300},
	);
});

test('whatever a file holds, it is planned for without an accident', t => {
	const word = fc.constantFrom(
		'image:',
		' ',
		'\n',
		'  ',
		'- ',
		'{',
		'}',
		'[',
		']',
		'*a',
		'&a ',
		'"',
		"'",
		'redis:7',
		'FROM ',
		'ARG X=',
		'$X',
		'${X:-',
		'{{',
		'}}',
		'|-',
		'>',
		'\t',
		'services:',
		'apiVersion: v1',
		'kind: Pod',
		'containers:',
		'<<: ',
		'#',
		'\\',
		'repository: ',
		'tag: ',
		'newName: ',
		'images:',
		'---',
		'\r\n',
		'\uFEFF',
		'\u0000',
	);

	const wrong: string[] = [];
	fc.assert(
		fc.property(
			fc.constantFrom(
				'Dockerfile',
				'a.yaml',
				'values.yaml',
				'kustomization.yaml',
				'compose.yaml',
			),
			fc.array(word, {maxLength: 30}),
			(path, words) => {
				const before = words.join('');
				for (const {after} of plan({path, before}).files) {
					if (
						!after.includes('home.io:5000/m/') ||
						plan({path, before: after}).files.length > 0
					) {
						wrong.push(before);
					}
				}
			},
		),
		{numRuns: 1500},
	);

	t.deepEqual(wrong, []);
});
