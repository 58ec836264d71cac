/* eslint-disable ava/no-conditional-assertion -- properties are about what is there */
import test from 'ava';
import fc from 'fast-check';
import {parseImageReference} from '../../source/evidence/image-reference.js';
import {
	mapToHome,
	parseHome,
	parseTemplate,
	usualTemplate,
} from '../../source/move/home.js';
import {
	formatName,
	type ImageMap,
	mapImage,
	nameImage,
} from '../../source/move/image-map.js';
import {parseMap, spellMap} from '../../source/move/map-file.js';
import {UserError} from '../../source/user-error.js';

const digest = `sha256:${'a'.repeat(64)}`;
const otherDigest = `sha256:${'b'.repeat(64)}`;

const parse = (text: string) => {
	const image = parseImageReference(text);
	if (!image) {
		throw new Error(`${text} is no reference`);
	}

	return image;
};

const read = (lines: readonly string[]): ImageMap =>
	parseMap(
		['version: 1', 'images:', ...lines.map(line => `  ${line}`), ''].join('\n'),
		'map.yaml',
	);

const go = (map: ImageMap, text: string): string | undefined => {
	const image = mapImage(map, parse(text));
	return (
		image &&
		`${formatName({...image, reference: undefined})}${image.tag === undefined ? '' : `:${image.tag}`}${image.digest === undefined ? '' : `@${image.digest}`}`
	);
};

for (const [title, lines, image, expected] of [
	['a tag', ['redis:7: r.example/m/redis:7'], 'redis:7', 'r.example/m/redis:7'],
	['another tag', ['redis:7: r.example/m/redis:7'], 'redis:6', undefined],
	[
		'a tag that is left out on the right',
		['redis:7: r.example/m/redis'],
		'docker.io/library/redis:7',
		'r.example/m/redis:7',
	],
	[
		'a tag that is another at home',
		['redis:7: r.example/m/redis:seven'],
		'index.docker.io/library/redis:7',
		'r.example/m/redis:seven',
	],
	[
		'no tag is latest',
		['redis:latest: r.example/m/redis'],
		'redis',
		'r.example/m/redis:latest',
	],
	[
		'a repository',
		['redis: r.example/m/redis'],
		'redis:6.2',
		'r.example/m/redis:6.2',
	],
	[
		'a repository, for a digest',
		['redis: r.example/m/redis'],
		`redis:6@${digest}`,
		`r.example/m/redis:6@${digest}`,
	],
	[
		'a tag, for a digest beside it, which may be another',
		['redis:7: r.example/m/redis:7'],
		`redis:7@${digest}`,
		undefined,
	],
	[
		'a digest, with the tag beside it',
		[`redis@${digest}: r.example/m/redis`],
		`redis:7@${digest}`,
		`r.example/m/redis:7@${digest}`,
	],
	[
		'a tag before its repository',
		['redis: r.example/m/redis', 'redis:7: r.example/old/redis:7'],
		'redis:7',
		'r.example/old/redis:7',
	],
	[
		'a port',
		['127.0.0.1:5000/a/b:1: r.example:5001/m/b:1'],
		'127.0.0.1:5000/a/b:1',
		'r.example:5001/m/b:1',
	],
	[
		'the other host that Google serves it from',
		['gcr.io/acme/api:1: r.example/m/api:1'],
		'us-docker.pkg.dev/acme/gcr.io/api:1',
		'r.example/m/api:1',
	],
] as const) {
	test(`mapping by ${title}`, t => {
		t.is(go(read(lines), image), expected);
	});
}

for (const [title, text, message] of [
	[
		'no YAML',
		'images: [',
		/^map\.yaml:1: .+ Write it as YAML or as JSON, each image once\.$/v,
	],
	['no map', '- redis', /^map\.yaml:1: this is no mapping of images\. /v],
	['an empty file', '', /^map\.yaml:1: this is no mapping of images\. /v],
	[
		'an unknown key',
		'version: 1\nimage:\n  a:1: b.c/a\n',
		/^map\.yaml:2: "image" is no key of a mapping\. Allowed are version/v,
	],
	[
		'no version',
		'images:\n  a:1: b.c/a\n',
		/^map\.yaml:1: version is missing\. /v,
	],
	[
		'another version',
		'version: 2\nimages:\n  a:1: b.c/a\n',
		/^map\.yaml:1: this version is not known\. /v,
	],
	['no images', 'version: 1\n', /^map\.yaml:1: images is missing\. /v],
	[
		'images without any',
		'version: 1\nimages: {}\n',
		/^map\.yaml:2: images has no names in it\. /v,
	],
	[
		'no name on the left',
		'version: 1\nimages:\n  A B: b.c/a\n',
		/^map\.yaml:3: A B is no name of an image\. /v,
	],
	[
		'no name on the right',
		'version: 1\nimages:\n  a:1: b.c/A\n',
		/^map\.yaml:3: b\.c\/A is no name of an image\. /v,
	],
	[
		'nothing on the right',
		'version: 1\nimages:\n  a:1:\n',
		/^map\.yaml:3: here is no name of an image\. /v,
	],
	[
		'a number',
		'version: 1\nimages:\n  a:1: 7\n',
		/^map\.yaml:3: here is no name of an image\. /v,
	],
	[
		'a tag and a digest',
		`version: 1\nimages:\n  a:1@${digest}: b.c/a\n`,
		/^map\.yaml:3: .+ is no name of an image\. /v,
	],
	[
		'a tag for a repository',
		'version: 1\nimages:\n  a: b.c/a:1\n',
		/^map\.yaml:3: docker\.io\/library\/a cannot go to b\.c\/a:1\. /v,
	],
	[
		'a tag for a digest',
		`version: 1\nimages:\n  a@${digest}: b.c/a:1\n`,
		/cannot go to b\.c\/a:1\. /v,
	],
	[
		'another digest',
		`version: 1\nimages:\n  a@${digest}: b.c/a@${otherDigest}\n`,
		/cannot become another digest\. /v,
	],
	[
		'the same key',
		'version: 1\nimages:\n  a:1: b.c/a\n  a:1: b.c/b\n',
		/^map\.yaml:4: .+each image once\.$/v,
	],
	[
		'the same image',
		'version: 1\nimages:\n  a:1: b.c/a\n  docker.io/library/a:1: b.c/b\n',
		/^map\.yaml:4: docker\.io\/library\/a:1 is there twice\. /v,
	],
	[
		'two repositories to one',
		'version: 1\nimages:\n  a:1: b.c/a\n  quay.io/x/a:2: b.c/a\n',
		/^map\.yaml:4: docker\.io\/library\/a:1 and quay\.io\/x\/a:2 would both go to b\.c\/a\. Give each image a name of its own at home\.$/v,
	],
	[
		'two tags to one',
		'version: 1\nimages:\n  a:1: b.c/a:x\n  a:2: b.c/a:x\n',
		/^map\.yaml:4: docker\.io\/library\/a:1 and docker\.io\/library\/a:2 would both go to b\.c\/a:x\. /v,
	],
	[
		'a tag to one that its repository may bring',
		'version: 1\nimages:\n  a:1: b.c/a:2\n  a: b.c/a\n',
		/^map\.yaml:3: docker\.io\/library\/a and docker\.io\/library\/a:1 would both go to b\.c\/a:2\. /v,
	],
	[
		'itself',
		'version: 1\nimages:\n  b.c/a: b.c/a\n',
		/^map\.yaml:3: b\.c\/a would stay where it is\. /v,
	],
	[
		'one that goes on',
		'version: 1\nimages:\n  a:1: b.c/a:1\n  b.c/a: d.e/a\n',
		/^map\.yaml:3: docker\.io\/library\/a:1 would go to b\.c\/a:1, which goes to d\.e\/a itself\. /v,
	],
] as const) {
	test(`a file with ${title} is refused`, t => {
		const error = t.throws(() => parseMap(text, 'map.yaml'), {
			instanceOf: UserError,
		});
		t.is(error?.exitCode, 2);
		t.regex(error?.sentence ?? '', message);
	});
}

test('JSON is read too', t => {
	const map = parseMap(
		'{"version": 1, "images": {"redis:7": "r.example/m/redis:7"}}',
		'map.json',
	);
	t.is(go(map, 'redis:7'), 'r.example/m/redis:7');
});

test('a mapping is spelled to be read and edited', t => {
	const map = mapToHome(
		['redis:7', 'quay.io/x/y', `docker.io/a/b:1@${digest}`, 'redis:7'].map(
			text => parse(text),
		),
		parseHome('https://europe-docker.pkg.dev/acme/mirror/'),
		usualTemplate,
	);
	t.is(
		spellMap(map),
		`# Where each image goes: left as it is named elsewhere, right its name at home.
# A name without a tag or a digest is the repository with all that is in it.
version: 1
images:
  docker.io/a/b@${digest}: europe-docker.pkg.dev/acme/mirror/a/b@${digest}
  docker.io/library/redis:7: europe-docker.pkg.dev/acme/mirror/library/redis:7
  quay.io/x/y:latest: europe-docker.pkg.dev/acme/mirror/x/y:latest
`,
	);
});

for (const [home, template, image, expected] of [
	['r.example', '{home}/{repository}', 'redis:7', 'r.example/library/redis:7'],
	[
		'r.example/m',
		'{home}/{host}/{repository}',
		'redis:7',
		'r.example/m/docker.io/library/redis:7',
	],
	[
		'r.example/m',
		'{home}/{host}/{name}',
		'127.0.0.1:5000/a/b/c:1',
		'r.example/m/127.0.0.1-5000/c:1',
	],
	['r.example/m', '{home}/{name}', '[::1]:5000/c:1', 'r.example/m/c:1'],
	[
		'r.example/m',
		'{home}/{host}/{name}',
		'[::1]:5000/c:1',
		'r.example/m/1-5000/c:1',
	],
	[
		'index.docker.io/acme',
		'{home}/mirror-{name}',
		'quay.io/x/y:1',
		'docker.io/acme/mirror-y:1',
	],
] as const) {
	test(`${image} by ${template} goes to ${expected}`, t => {
		t.is(
			go(
				mapToHome([parse(image)], parseHome(home), parseTemplate(template)),
				image,
			),
			expected,
		);
	});
}

for (const [title, make, message] of [
	[
		'a tag at home',
		() => parseHome('r.example/m:1'),
		/^"r\.example\/m:1" is no registry to bring images to\. /v,
	],
	[
		'no host',
		() => parseHome('mirror'),
		/^"mirror" is no registry to bring images to\. /v,
	],
	[
		'half an address of Google',
		() => parseHome('europe-docker.pkg.dev/acme'),
		/names no repository of Artifact Registry\. Write it with its project/v,
	],
	[
		'an unknown placeholder',
		() => parseTemplate('{home}/{tag}'),
		/has \{tag\}, which stands for nothing\. Allowed are \{home\}/v,
	],
	[
		'an open brace',
		() => parseTemplate('{home}/{name'),
		/has \{name, which stands/v,
	],
	[
		'a template without a home',
		() => parseTemplate('{repository}'),
		/does not begin with \{home\}\//v,
	],
	[
		'a template that makes all one',
		() => parseTemplate('{home}/x'),
		/has neither \{repository\} nor \{name\}/v,
	],
	[
		'a name that is none',
		() =>
			mapToHome(
				[parse('redis')],
				parseHome('r.example'),
				parseTemplate('{home}/X-{name}'),
			),
		/makes X-redis of docker\.io\/library\/redis, which is no repository's name\. /v,
	],
	[
		'a name that Docker Hub has not',
		() =>
			mapToHome([parse('redis')], parseHome('docker.io/acme'), usualTemplate),
		/would go to docker\.io\/acme\/library\/redis, and Docker Hub has no such names/v,
	],
	[
		'two images with one name',
		() =>
			mapToHome(
				[parse('quay.io/library/redis'), parse('redis:7')],
				parseHome('r.example/m'),
				usualTemplate,
			),
		/^docker\.io\/library\/redis:7 and quay\.io\/library\/redis:latest would both go to r\.example\/m\/library\/redis\. Give another --template, for example \{home\}\/\{host\}\/\{repository\}/v,
	],
	[
		'an image that is at home',
		() =>
			mapToHome(
				[parse('r.example/m/a')],
				parseHome('r.example'),
				usualTemplate,
			),
		/^r\.example\/m\/a:latest would stay where it is\. /v,
	],
] as const) {
	test(`${title} is refused`, t => {
		const error = t.throws(make, {instanceOf: UserError});
		t.is(error?.exitCode, 2);
		t.regex(error?.sentence ?? '', message);
	});
}

const segment = fc.stringMatching(/^[a-z][a-z\d]{0,3}$/);
const reference = fc
	.record({
		host: fc.constantFrom('docker.io', 'quay.io', 'gcr.io', '127.0.0.1:5000'),
		path: fc.array(segment, {minLength: 1, maxLength: 3}),
		end: fc.constantFrom('', ':1', ':1.2', `@${digest}`, `:1@${digest}`),
	})
	.map(({host, path, end}) => `${host}/${path.join('/')}${end}`);

test('what is mapped home is found again in the file, no two go to one name, and home stays home', t => {
	fc.assert(
		fc.property(fc.uniqueArray(reference, {maxLength: 20}), texts => {
			const images = texts.map(text => parse(text));
			const map = mapToHome(
				images,
				parseHome('r.example/m'),
				parseTemplate('{home}/{host}/{repository}'),
			);
			const again = parseMapOf(map);
			t.deepEqual(again.entries, map.entries);
			const targets = new Map<string, string>();
			for (const image of images) {
				const home = mapImage(again, image);
				t.truthy(home);
				if (home) {
					t.is(home.digest, image.digest);
					t.is(mapImage(again, home), undefined);
					const from = formatName(nameImage(image));
					const to = formatName(nameImage(home));
					t.is(targets.get(to) ?? from, from);
					targets.set(to, from);
				}
			}
		}),
	);
});

const parseMapOf = (map: ImageMap): ImageMap =>
	map.entries.length === 0 ? map : parseMap(spellMap(map), 'map.yaml');

test('a mapping that is taken never sends two images to one name, and never moves one twice', t => {
	const name = fc
		.record({
			repository: fc.constantFrom('q.io/a', 'q.io/b', 'h.io/a', 'h.io/b'),
			end: fc.constantFrom('', ':1', ':2'),
		})
		.map(({repository, end}) => repository + end);
	let taken = 0;
	fc.assert(
		fc.property(
			fc.uniqueArray(fc.tuple(name, name), {
				maxLength: 4,
				selector: ([from]) => from,
			}),
			pairs => {
				let map: ImageMap;
				try {
					map = read(pairs.map(([from, to]) => `${from}: ${to}`));
				} catch (error) {
					t.true(error instanceof UserError);
					return;
				}

				taken++;
				const targets = new Set<string>();
				for (const text of ['q.io/a', 'q.io/b', 'h.io/a', 'h.io/b'].flatMap(
					repository => [1, 2, 3].map(tag => `${repository}:${tag}`),
				)) {
					const home = go(map, text);
					if (home !== undefined) {
						t.false(targets.has(home), `${home} in ${spellMap(map)}`);
						t.is(go(map, home), undefined);
						targets.add(home);
					}
				}
			},
		),
		{numRuns: 2000},
	);
	t.true(taken > 50);
});
