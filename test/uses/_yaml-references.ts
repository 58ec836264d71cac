/* eslint-disable ava/no-ignored-test-files, no-template-curly-in-string -- names.test.ts loads it; variables of compose files */
import test from 'ava';
import {readYamlReferences} from '../../source/uses/yaml-references.js';
import {describeReading, listSlices} from './_describe-reading.js';

const join = (...lines: readonly string[]): string => lines.join('\n');

const pod = (...lines: readonly string[]): string =>
	join('apiVersion: v1', 'kind: Pod', 'spec:', ...lines);

const rows: ReadonlyArray<
	readonly [string, string, string, readonly string[]]
> = [
	['nothing', 'a.yaml', '', []],
	['a text', 'a.yaml', 'nginx:1', []],
	['a document of another kind', 'a.yaml', 'image: nginx:1', []],
	[
		'containers of every list',
		'a.yaml',
		pod(
			'  containers: [{name: a, image: a:1}, {name: b}]',
			'  initContainers:',
			'  - image: b:1',
			'    name: init',
			'  ephemeralContainers: [{name: c, image: "c:1"}]',
		),
		['4 a a:1', '6 init b:1', '8 c c:1'],
	],
	[
		'volumes of images',
		'a.yaml',
		pod(
			'  volumes:',
			'  - name: v',
			'    image: {reference: v:1, pullPolicy: Always}',
			'  - name: w',
			'    emptyDir: {}',
		),
		['6 v v:1'],
	],
	[
		'templates at any depth, in lists and kinds that nobody knows',
		'a.yaml',
		join(
			'apiVersion: v1',
			'kind: List',
			'items:',
			'- apiVersion: acme.io/v1',
			'  kind: Machine',
			'  spec: {parts: [{pod: {template: {spec: {containers: [{name: x, image: x}]}}}}]}',
		),
		['6 x x'],
	],
	[
		'single containers and steps',
		'a.yaml',
		pod(
			'  container: {image: a}',
			'  steps: [{name: s, image: b}]',
			'  script: {image: c}',
		),
		['4 a', '5 s b', '6 c'],
	],
	[
		'an image of an operator, and a logo',
		'a.yaml',
		pod(
			'  image: quay.io/x/y:1',
			'  brand: {image: logo}',
			'  other: {image: {repository: r.io/z, tag: v1}}',
		),
		['4 quay.io/x/y:1', '6 ~r.io/z:v1'].map(line => line.replace('~', '')),
	],
	[
		'no image, an empty one, a null one',
		'a.yaml',
		pod(
			'  containers:',
			'  - {name: a, image: ""}',
			'  - {name: b, image: null}',
			'  - {name: c, image: }',
			'  - {name: d, image: [x]}',
		),
		[],
	],
	[
		'several documents and comments',
		'a.yaml',
		join(
			pod('  containers: [{image: a:1}]'),
			'---',
			'# none',
			'---',
			pod('  containers: [{image: b:1}]'),
			'...',
		),
		['4 a:1', '11 b:1'],
	],
	[
		'anchors and merges, each place once',
		'a.yaml',
		pod(
			'  containers:',
			'  - &a {name: a, image: a:1}',
			'  - *a',
			'  - {<<: *a, name: b}',
			'  - {name: c, image: &i c:1}',
			'  - {name: d, image: *i}',
		),
		['5 a a:1', '8 c c:1'],
	],
	[
		'quotes, escapes and folded texts',
		'a.yaml',
		pod(
			String.raw`  containers: [{image: 'a:1'}, {image: "b\x3a1"}]`,
			'  initContainers:',
			'  - image: >-',
			'      c:1',
		),
		['4 a:1', '4 ~b:1', '6 ~c:1'],
	],
	[
		'tags that look like numbers',
		'a.yaml',
		pod('  containers: [{image: 1.10}, {image: 010}]'),
		['4 1.10', '4 010'],
	],
	[
		'JSON',
		'a.json',
		'{"apiVersion": "v1", "kind": "Pod",\n"spec": {"containers": [{"name": "a", "image": "a:1"}]}}',
		['2 a a:1'],
	],
	[
		'what parses beside an error is read',
		'a.yaml',
		join(pod('  containers: [{image: a:1}]'), 'bad: [1'),
		[
			'4 a:1',
			'5: it does not parse: Flow sequence in block collection must be sufficiently indented and end with a ] (any)',
		],
	],
	[
		'a template: what is fixed in it is read, what is not is told as it stands',
		'a.yaml',
		join(
			'{{- if .x }}',
			'apiVersion: v1',
			'kind: {{ .Kind }}',
			'{{- /* over',
			'two lines */}}',
			'spec:',
			'  containers:',
			'  {{- range .all }}',
			'  - name: {{ .name | quote }}',
			'    image: {{ .repository }}:{{ .tag }}',
			'  - image: fixed:1',
			'  - image: "r.io/{{ .name }}:{{ "v1" }}"',
			'  - image: {{ .image }}',
			'  {{- end }}',
			'{{- end }}',
		),
		[
			'10 {{ .name | quote }} {{ .repository }}:{{ .tag }}',
			'11 fixed:1',
			'12 r.io/{{ .name }}:{{ "v1" }}',
			'13 {{ .image }}',
		],
	],
	[
		'a template that is YAML too',
		'a.yaml',
		pod('  containers: [{image: {{ .image }}}, {image: "{{ .a }}"}]'),
		['4 ~{{ .image }}', '4 {{ .a }}'],
	],
	[
		'a kustomization',
		'kustomization.yaml',
		join(
			'images:',
			'- {name: a, newTag: v1}',
			'- {name: b, newName: r.io/c, newTag: "2"}',
			'- {name: d, newName: e, digest: sha256:1}',
			'- {name: f, newName: g}',
			'- {name: h}',
		),
		[
			'2 a a:v1',
			'3 b r.io/c:2',
			'4 d e@sha256:1',
			'5: g is given no tag here, so it has that of another file',
		],
	],
	[
		'a kustomization of another name, and that of Flux',
		'a.yaml',
		join(
			'apiVersion: kustomize.config.k8s.io/v1beta1',
			'kind: Kustomization',
			'images: [{name: a, newTag: v1}]',
			'---',
			'apiVersion: kustomize.toolkit.fluxcd.io/v1',
			'kind: Kustomization',
			'spec: {images: [{name: b, newTag: v1}]}',
			'---',
			'apiVersion: kustomize.config.k8s.io/v1alpha1',
			'kind: Component',
			'images: [{name: c, newTag: v1}]',
		),
		['3 a a:v1', '7 b b:v1', '11 c c:v1'],
	],
	[
		'a compose file',
		'compose.yaml',
		join(
			'x-base: &base {image: "base:${V:-1}"}',
			'services:',
			'  a: {image: a:1}',
			'  b: {build: .}',
			'  c: {image: "${R:-r.io}/c:${T-2}"}',
			'  d: {image: "$R/d:1"}',
			'  e: {<<: *base}',
			'  f: {image: "f:$$x"}',
		),
		[
			'1 e ~base:1',
			'3 a a:1',
			'5 c ~r.io/c:2',
			'8 f ~f:$x',
			'6: $R/d:1 names an image by R, which has no default here',
		],
	],
	[
		'values of a chart',
		'values-prod.yaml',
		join(
			'image: {registry: r.io/, repository: a/b, tag: v1}',
			'web:',
			'  image: {repository: c, tag: 1.10, digest: "sha256:1"}',
			'worker: {repository: d, digest: sha256:1}',
			'old: {image: e, tag: "1.20"}',
			'jobImage: f:1',
			'g: {image: g}',
			'chart: {repository: https://charts.acme.io}',
			'list: [{image: {repository: h, tag: 1.5}}]',
		),
		[
			'1 image r.io/a/b:v1',
			'3 image ~c:1.10@sha256:1',
			'3 image ~c:1.1@sha256:1',
			'4 worker d@sha256:1',
			'5 image e:1.20',
			'6 jobImage f:1',
			'7 image g',
			'9 image h:1.5',
		],
	],
	[
		'values without a tag',
		'values.yaml',
		join(
			'image: {repository: r.io/a}',
			'b: {image: {repository: b, tag: "", pullPolicy: Always}}',
		),
		[
			'2: b is given no tag here, so it has that of the chart',
			'1: r.io/a is given no tag here, so it has that of the chart',
		],
	],
	[
		'an alias that merges itself ends',
		'a.yaml',
		join(
			'apiVersion: v1',
			'kind: Pod',
			'spec: &a {<<: [*a, *a, *a], containers: [{image: a:1}]}',
		),
		['3 a:1'],
	],
];

for (const [title, file, text, expected] of rows) {
	for (const [ending, make] of [
		['LF', (lines: string) => lines],
		[
			'CRLF and a byte order mark',
			(lines: string) => `\uFEFF${lines.replaceAll('\n', '\r\n')}`,
		],
	] as const) {
		test(`${title}, ${ending}`, t => {
			const content = make(text);
			const reading = readYamlReferences(content, `some/${file}`);
			t.deepEqual(describeReading(reading), expected);
			t.deepEqual(
				listSlices(content, reading),
				reading.references
					.filter(({isLiteral, pieces}) => isLiteral && pieces.length === 1)
					.map(reference => reference.text),
			);
		});
	}
}

test('parts that stand apart are told apart', t => {
	const text = 'image:\n  tag: v1\n  registry: r.io\n  repository: a/b\n';
	const [reference] = readYamlReferences(text, 'values.yaml').references;
	t.deepEqual(
		reference?.pieces.map(({part, offset = 0, text: piece}) => [
			part,
			text.slice(offset, offset + piece.length),
		]),
		[
			['tag', 'v1'],
			['registry', 'r.io'],
			['repository', 'a/b'],
		],
	);
	t.is(reference?.text, 'r.io/a/b:v1');
});

const deep: ReadonlyArray<readonly [string, string]> = [
	['lists in brackets', '['.repeat(20_000)],
	['maps in braces', '{a: '.repeat(20_000)],
	['lists by dashes', '- '.repeat(20_000)],
	['keys by question marks', '? '.repeat(20_000)],
	[
		'maps by indentation',
		Array.from({length: 600}, (_, depth) => `${' '.repeat(depth)}a:`).join(
			'\n',
		),
	],
];

for (const [title, text] of deep) {
	test(`what is nested too deeply is told: ${title}`, t => {
		t.deepEqual(describeReading(readYamlReferences(text, 'a.yaml')), [
			'1: it does not parse: it is nested too deeply (any)',
		]);
	});
}
