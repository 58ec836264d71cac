/* eslint-disable no-template-curly-in-string, @typescript-eslint/naming-convention -- variables of Dockerfiles and compose files; paths */
import test from 'ava';
import {mapImage} from '../../source/move/image-map.js';
import {parseMap} from '../../source/move/map-file.js';
import {planRewrite} from '../../source/move/plan-rewrite.js';
import {parseDigest} from '../../source/oci/digest.js';
import {readDockerfile} from '../../source/uses/dockerfile.js';
import {readYamlReferences} from '../../source/uses/yaml-references.js';

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);
const join = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

const map = parseMap(
	join(
		'version: 1',
		'images:',
		'  redis:7: r.io/m/library/redis:7',
		'  node:20: r.io/m/library/node:20',
		'  nginx: r.io/m/library/nginx',
		'  quay.io/x/y:1: r.io/m/x/y:one',
		'  redis:latest: r.io/m/library/redis:latest',
	),
	'map.yaml',
);

const read = (path: string, text: string) =>
	path.endsWith('Dockerfile')
		? readDockerfile(text)
		: readYamlReferences(text, path);

const plan = (
	contents: Readonly<Record<string, string>>,
	{isPinned = false}: {isPinned?: boolean} = {},
) =>
	planRewrite(
		Object.entries(contents).map(([path, text]) => ({
			path,
			text,
			reading: read(path, text),
		})),
		{
			goTo: image => mapImage(map, image),
			mayGo: repositories =>
				repositories === undefined ||
				repositories.some(name => name.includes('redis') || name.includes('*')),
			pinOf: () => (isPinned && digest !== undefined ? digest : undefined),
			read,
		},
	);

const pin = `@${digest}`;

/** A file, what it becomes, and what is left alone. */
const rows: ReadonlyArray<
	readonly [
		title: string,
		path: string,
		before: string,
		after: string,
		left?: readonly string[],
	]
> = [
	[
		'a stage',
		'Dockerfile',
		join('FROM redis:7 AS x # y'),
		join('FROM r.io/m/library/redis:7 AS x # y'),
	],
	[
		'no tag stays no tag',
		'Dockerfile',
		join('FROM redis'),
		join('FROM r.io/m/library/redis'),
	],
	[
		'another tag at home',
		'Dockerfile',
		join('FROM quay.io/x/y:1'),
		join('FROM r.io/m/x/y:one'),
	],
	[
		'quotes',
		'Dockerfile',
		join('FROM "docker.io/library/redis:7"'),
		join('FROM "r.io/m/library/redis:7"'),
	],
	[
		'a digest',
		'Dockerfile',
		join(`FROM nginx:1${pin}`),
		join(`FROM r.io/m/library/nginx:1${pin}`),
	],
	[
		'copies and mounts',
		'Dockerfile',
		join(
			'FROM scratch',
			'COPY --from=redis:7 /a /b',
			'RUN --mount=type=bind,from=nginx,source=/ x',
		),
		join(
			'FROM scratch',
			'COPY --from=r.io/m/library/redis:7 /a /b',
			'RUN --mount=type=bind,from=r.io/m/library/nginx,source=/ x',
		),
	],
	[
		'the default of an argument that is all',
		'Dockerfile',
		join(
			'ARG BASE=redis:7',
			'ARG OTHER="nginx"',
			'FROM $BASE',
			'FROM ${OTHER}',
		),
		join(
			'ARG BASE=r.io/m/library/redis:7',
			'ARG OTHER="r.io/m/library/nginx"',
			'FROM $BASE',
			'FROM ${OTHER}',
		),
	],
	[
		'the name beside an argument',
		'Dockerfile',
		join('ARG V=20', 'FROM node:${V}', 'ARG V'),
		join('ARG V=20', 'FROM r.io/m/library/node:${V}', 'ARG V'),
	],
	[
		'the registry in an argument',
		'Dockerfile',
		join('ARG R=docker.io', 'FROM $R/library/redis:7', 'FROM $R/library/nginx'),
		join('ARG R=r.io/m', 'FROM $R/library/redis:7', 'FROM $R/library/nginx'),
	],
	[
		'the registry of one that stays, too',
		'Dockerfile',
		join('ARG R=docker.io', 'FROM $R/library/redis:7', 'FROM $R/library/perl'),
		join('ARG R=docker.io', 'FROM $R/library/redis:7', 'FROM $R/library/perl'),
		[
			'Dockerfile:2: $R/library/redis:7 shares a text with another image, which must not change',
		],
	],
	[
		'an argument that a stage takes over',
		'Dockerfile',
		join('ARG BASE=redis:7', 'FROM $BASE', 'ARG BASE', 'RUN echo $BASE'),
		join('ARG BASE=redis:7', 'FROM $BASE', 'ARG BASE', 'RUN echo $BASE'),
		['Dockerfile:2: $BASE is used for something else here too'],
	],
	[
		'an argument without a default',
		'Dockerfile',
		join('ARG V', 'FROM redis:$V', 'FROM r.io/own:$V', 'FROM redis:7'),
		join(
			'ARG V',
			'FROM redis:$V',
			'FROM r.io/own:$V',
			'FROM r.io/m/library/redis:7',
		),
		['Dockerfile:2: redis:$V names an image by V, which has no default here'],
	],
	[
		'an image over two lines',
		'Dockerfile',
		join('FROM red\\', 'is:7'),
		join('FROM red\\', 'is:7'),
		[
			String.raw`Dockerfile:1: red\ is:7 is written with an escape or over several lines`,
		],
	],
	[
		'a deployment with comments, quotes and a list',
		'a.yaml',
		join(
			'# redis:7',
			'apiVersion: v1',
			'kind: List',
			'items:',
			'- kind: Pod',
			'  spec:',
			"    initContainers: [{image: 'redis:7'}] # redis:7",
			'    containers:',
			'      -   image:   "redis:7"   # x',
			'          args: ["redis:7", "a\tb"]',
			'    ephemeralContainers:',
			'    - image: redis:6',
			'---',
			'apiVersion: v1',
			'kind: Pod',
			'spec: {containers: [{image: nginx}]}',
		),
		join(
			'# redis:7',
			'apiVersion: v1',
			'kind: List',
			'items:',
			'- kind: Pod',
			'  spec:',
			"    initContainers: [{image: 'r.io/m/library/redis:7'}] # redis:7",
			'    containers:',
			'      -   image:   "r.io/m/library/redis:7"   # x',
			'          args: ["redis:7", "a\tb"]',
			'    ephemeralContainers:',
			'    - image: redis:6',
			'---',
			'apiVersion: v1',
			'kind: Pod',
			'spec: {containers: [{image: r.io/m/library/nginx}]}',
		),
	],
	[
		'an anchor for images only',
		'compose.yaml',
		join(
			'x-image: &i redis:7',
			'services:',
			'  a: {image: *i}',
			'  b: {image: *i}',
		),
		join(
			'x-image: &i r.io/m/library/redis:7',
			'services:',
			'  a: {image: *i}',
			'  b: {image: *i}',
		),
	],
	[
		'an anchor for two things',
		'compose.yaml',
		join(
			'services:',
			'  a: {image: &i redis:7}',
			'  b: {image: nginx, command: [*i]}',
		),
		join(
			'services:',
			'  a: {image: &i redis:7}',
			'  b: {image: r.io/m/library/nginx, command: [*i]}',
		),
		['compose.yaml:2: redis:7 is used for something else here too'],
	],
	[
		'defaults of a compose file',
		'compose.yaml',
		join(
			'services:',
			'  a: {image: "${I:-redis:7}"}',
			'  b: {image: "redis:${V:-7}"}',
			'  c: {image: "redis:$W"}',
		),
		join(
			'services:',
			'  a: {image: "${I:-r.io/m/library/redis:7}"}',
			'  b: {image: "r.io/m/library/redis:${V:-7}"}',
			'  c: {image: "redis:$W"}',
		),
		['compose.yaml:4: redis:$W names an image by W, which has no default here'],
	],
	[
		'values of a chart',
		'values.yaml',
		join(
			'a:',
			'  image:',
			'    registry: docker.io # r',
			'    repository: library/redis',
			'    tag: "7"',
			'b:',
			'  image: {repository: redis, tag: 7}',
			'c:',
			'  image: redis:7',
			'd:',
			'  image:',
			'    repository: nginx',
			'    tag: 1.10',
			'e: {image: {repository: redis, pullPolicy: Always}}',
		),
		join(
			'a:',
			'  image:',
			'    registry: r.io # r',
			'    repository: m/library/redis',
			'    tag: "7"',
			'b:',
			'  image: {repository: r.io/m/library/redis, tag: 7}',
			'c:',
			'  image: r.io/m/library/redis:7',
			'd:',
			'  image:',
			'    repository: r.io/m/library/nginx',
			'    tag: 1.10',
			'e: {image: {repository: redis, pullPolicy: Always}}',
		),
		['values.yaml:14: redis is given no tag here, so it has that of the chart'],
	],
	[
		'values with a part that two images share',
		'values.yaml',
		join('a: {repository: &r redis, tag: 7}', 'b: {repository: *r, tag: 6}'),
		join('a: {repository: &r redis, tag: 7}', 'b: {repository: *r, tag: 6}'),
		[
			'values.yaml:1: redis:7 shares a text with another image, which must not change',
		],
	],
	[
		'a kustomization',
		'kustomization.yaml',
		join(
			'images:',
			'  - name: redis # x',
			"    newTag: '7'",
			'  - name: web',
			'    newName: nginx',
			'    newTag: 1',
			'  - {name: redis, newTag: "7"}',
		),
		join(
			'images:',
			'  - name: redis # x',
			'    newName: r.io/m/library/redis',
			"    newTag: '7'",
			'  - name: web',
			'    newName: r.io/m/library/nginx',
			'    newTag: 1',
			'  - {name: redis, newName: r.io/m/library/redis, newTag: "7"}',
		),
	],
	[
		'a template',
		'templates/a.yaml',
		join(
			'apiVersion: v1',
			'kind: Pod',
			'spec:',
			'  containers:',
			'  {{- if .x }}',
			'  - image: redis:7',
			'  {{- end }}',
			'  - image: redis:{{ .tag }}',
			'  - image: r.io/own:{{ .tag }}',
		),
		join(
			'apiVersion: v1',
			'kind: Pod',
			'spec:',
			'  containers:',
			'  {{- if .x }}',
			'  - image: r.io/m/library/redis:7',
			'  {{- end }}',
			'  - image: redis:{{ .tag }}',
			'  - image: r.io/own:{{ .tag }}',
		),
		[
			'templates/a.yaml:8: redis:{{ .tag }} is a template, so what it names is not known',
		],
	],
	[
		'a file that does not parse',
		'a.yaml',
		join(
			'apiVersion: v1',
			'kind: Pod',
			'spec: {containers: [{image: redis:7}]}',
			'---',
			'a: ]',
		),
		join(
			'apiVersion: v1',
			'kind: Pod',
			'spec: {containers: [{image: redis:7}]}',
			'---',
			'a: ]',
		),
		[
			'a.yaml:5: it does not parse: Unexpected flow-seq-end token in YAML stream: "]"',
		],
	],
	[
		'JSON',
		'a.json',
		'{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"redis:7"}]}}',
		'{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"r.io/m/library/redis:7"}]}}',
	],
	[
		'an escape',
		'compose.yaml',
		join(String.raw`services: {a: {image: "redis\x3a7"}}`),
		join(String.raw`services: {a: {image: "redis\x3a7"}}`),
		[
			String.raw`compose.yaml:1: redis\x3a7 is written with an escape or over several lines`,
		],
	],
];

const describe = ({
	path,
	line,
	message,
}: {
	path: string;
	line: number | undefined;
	message: string;
}): string => `${path}${line === undefined ? '' : `:${line}`}: ${message}`;

for (const [title, path, before, after, left = []] of rows) {
	test(title, t => {
		const rewrite = plan({[path]: before});
		t.is(rewrite.files[0]?.after ?? before, after);
		t.deepEqual(
			rewrite.left.map(entry => describe(entry)),
			left,
		);
		t.deepEqual(
			plan({[path]: after}).files,
			[],
			'a second time changes nothing',
		);
	});

	test(`${title}, CRLF and a byte order mark`, t => {
		const make = (text: string): string =>
			`\uFEFF${text.replaceAll('\n', '\r\n')}`;
		t.is(
			plan({[path]: make(before)}).files[0]?.after ?? make(before),
			make(after),
		);
	});
}

for (const [path, before, after] of [
	['Dockerfile', 'FROM redis:7\n', `FROM r.io/m/library/redis:7${pin}\n`],
	['Dockerfile', 'FROM redis\n', `FROM r.io/m/library/redis:latest${pin}\n`],
	[
		'Dockerfile',
		'ARG V=20\nFROM node:$V\n',
		`ARG V=20${pin}\nFROM r.io/m/library/node:$V\n`,
	],
	['Dockerfile', `FROM nginx${pin}\n`, `FROM r.io/m/library/nginx${pin}\n`],
	[
		'values.yaml',
		'image: {repository: redis, tag: 7}\n',
		`image: {repository: r.io/m/library/redis, tag: 7${pin}}\n`,
	],
	[
		'kustomization.yaml',
		'images:\n- name: redis\n  newTag: "7"\n',
		`images:\n- name: redis\n  newName: r.io/m/library/redis\n  newTag: "7${pin}"\n`,
	],
	[
		'compose.yaml',
		'services: {a: {image: redis:7}}\n',
		`services: {a: {image: r.io/m/library/redis:7${pin}}}\n`,
	],
] as const) {
	test(`with its digest: ${before.trim()}`, t => {
		t.is(plan({[path]: before}, {isPinned: true}).files[0]?.after, after);
	});
}

const pod =
	'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: redis:7}]}\n';

test('what a kustomization replaces stays, so that it is still found', t => {
	const rewrite = plan({
		'base/kustomization.yaml': 'resources: [pod.yaml]\n',
		'base/pod.yaml': pod,
		'over/kustomization.yaml':
			'resources:\n- ../base\nimages:\n- name: redis\n  newTag: "7"\n',
	});
	t.deepEqual(
		rewrite.files.map(({path}) => path),
		['over/kustomization.yaml'],
	);
	t.deepEqual(rewrite.left, []);
});

test('what one kustomization replaces and another does not is told', t => {
	const rewrite = plan({
		'base/kustomization.yaml': 'resources: [pod.yaml]\n',
		'base/pod.yaml': pod,
		'one/kustomization.yaml':
			'resources:\n- ../base\nimages:\n- name: redis\n  newTag: "7"\n',
		'two/kustomization.yaml': 'resources:\n- ../base\n',
	});
	t.deepEqual(
		rewrite.left.map(entry => describe(entry)),
		[
			'base/pod.yaml:3: redis:7 is what one/kustomization.yaml finds by its name; change both by hand',
		],
	);
});

test('a file that would say something else once it is changed is left as it is', t => {
	const home = parseMap(
		'version: 1\nimages:\n  redis:7: "[::1]:5000/m/redis:7"\n',
		'map.yaml',
	);
	const text = 'services:\n  a: {image: redis:7}\n  b: {image: "redis:7"}\n';
	const planOf = (before: string) =>
		planRewrite(
			[
				{
					path: 'compose.yaml',
					text: before,
					reading: read('compose.yaml', before),
				},
			],
			{
				goTo: image => mapImage(home, image),
				mayGo: () => true,
				pinOf: () => undefined,
				read,
			},
		);
	const {files, left} = planOf(text);
	t.deepEqual(files, []);
	t.deepEqual(
		left.map(entry => describe(entry)),
		['compose.yaml: it would not say what it should once it is changed'],
	);
	t.is(
		planOf('services: {b: {image: "redis:7"}}\n').files[0]?.after,
		'services: {b: {image: "[::1]:5000/m/redis:7"}}\n',
	);
});

test('what would change is told by name', t => {
	const [file] = plan({Dockerfile: 'FROM a\nFROM redis:7 AS cache\n'}).files;
	t.deepEqual(file?.references, [
		{
			line: 2,
			place: 'cache',
			from: 'docker.io/library/redis:7',
			to: 'r.io/m/library/redis:7',
		},
	]);
});
