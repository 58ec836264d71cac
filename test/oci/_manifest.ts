import test from 'ava';
import {
	formatPlatform,
	isImageMediaType,
	isIndexMediaType,
	manifestMediaTypes,
	parseImageConfig,
	parseManifest,
} from '../../source/oci/manifest.js';

const digestOf = (character: string): string =>
	`sha256:${character.repeat(64)}`;
const descriptor = (character: string, size: number) => ({
	mediaType: `application/x-${character}`,
	digest: digestOf(character),
	size,
});
const parse = (document: unknown, mediaType = 'application/json') =>
	parseManifest(JSON.stringify(document), mediaType);

const {image, index, dockerImage, dockerIndex} = manifestMediaTypes;

for (const mediaType of [image, dockerImage]) {
	test(`an image of type ${mediaType} has a config and layers`, t => {
		const manifest = parse({
			schemaVersion: 2,
			mediaType,
			config: descriptor('a', 10),
			layers: [descriptor('b', 20), descriptor('c', 30)],
			annotations: {team: 'shop', count: 3},
		});
		t.is(manifest?.mediaType, mediaType);
		t.like(manifest?.config, {digest: digestOf('a'), size: 10});
		t.deepEqual(
			manifest?.layers.map(({digest, size}) => [digest, size]),
			[
				[digestOf('b'), 20],
				[digestOf('c'), 30],
			],
		);
		t.deepEqual(manifest?.children, []);
		t.is(manifest?.subject, undefined);
		t.deepEqual(manifest?.annotations, {team: 'shop'});
		t.true(isImageMediaType(mediaType));
		t.false(isIndexMediaType(mediaType));
	});
}

for (const mediaType of [index, dockerIndex]) {
	test(`an index of type ${mediaType} has children`, t => {
		const manifest = parse({
			schemaVersion: 2,
			mediaType,
			manifests: [
				{
					...descriptor('a', 500),
					platform: {os: 'linux', architecture: 'arm', variant: 'v7'},
				},
				{...descriptor('b', 600), platform: {os: 'linux'}},
				descriptor('c', 700),
			],
		});
		t.is(manifest?.mediaType, mediaType);
		t.is(manifest?.config, undefined);
		t.deepEqual(manifest?.layers, []);
		t.deepEqual(
			manifest?.children.map(({digest, platform}) => [digest, platform]),
			[
				[digestOf('a'), {os: 'linux', architecture: 'arm', variant: 'v7'}],
				[digestOf('b'), undefined],
				[digestOf('c'), undefined],
			],
		);
		t.true(isIndexMediaType(mediaType));
		t.false(isImageMediaType(mediaType));
	});
}

test('the reply says the media type where the document does not', t => {
	t.is(parse({manifests: []}, index)?.mediaType, index);
	t.is(parse({mediaType: ''}, image)?.mediaType, image);
	t.is(parse({mediaType: image}, index)?.mediaType, image);
});

test('a media type that nobody knows has children all the same', t => {
	const manifest = parse({
		mediaType: 'application/vnd.example.future+json',
		manifests: [descriptor('a', 1)],
	});
	t.is(manifest?.mediaType, 'application/vnd.example.future+json');
	t.is<unknown, unknown>(manifest?.children[0]?.digest, digestOf('a'));
	t.false(isImageMediaType('application/vnd.example.future+json'));
	t.false(isIndexMediaType('application/vnd.example.future+json'));
});

test('an artifact has a type and a subject', t => {
	const manifest = parse({
		mediaType: image,
		artifactType: 'application/spdx+json',
		subject: descriptor('d', 3),
		layers: null,
	});
	t.is(manifest?.artifactType, 'application/spdx+json');
	t.is<unknown, unknown>(manifest?.subject, digestOf('d'));
	t.deepEqual(manifest?.layers, []);
});

const brokenDescriptors: ReadonlyArray<readonly [string, unknown]> = [
	['null', null],
	['a text', digestOf('b')],
	['a list', [descriptor('b', 1)]],
	['one without a digest', {mediaType: image, size: 1}],
	['one with a digest of another length', {digest: 'sha256:b', size: 1}],
	['one in upper case', {digest: digestOf('B'), size: 1}],
];

for (const [what, broken] of brokenDescriptors) {
	test(`one descriptor that is ${what} makes the manifest unreadable`, t => {
		const fine = descriptor('a', 1);
		t.truthy(parse({manifests: [fine], layers: [fine]}));
		t.is(parse({manifests: [fine, broken]}), undefined);
		t.is(parse({layers: [broken, fine]}), undefined);
	});
}

test('a subject that cannot be read makes the manifest unreadable', t => {
	t.is(parse({subject: {digest: 'sha256:x'}}), undefined);
});

test('lists that are no lists make the manifest unreadable', t => {
	t.is(parse({manifests: {}}), undefined);
	t.is(parse({manifests: digestOf('a')}), undefined);
	t.is(parse({layers: 3}), undefined);
});

test('sizes that are none count nothing', t => {
	const sizes = [-1, '12', null, undefined];
	const manifest = parse({
		layers: sizes.map(size => ({...descriptor('a', 0), size})),
	});
	t.deepEqual(
		manifest?.layers.map(({size}) => size),
		[0, 0, 0, 0],
	);
});

for (const text of [
	'',
	'{',
	'null',
	'12',
	'"text"',
	'[]',
	'[{"manifests": []}]',
	'<!doctype html><title>Log in</title>',
	'{"manifests": [], }',
]) {
	test(`${JSON.stringify(text)} is no manifest`, t => {
		t.is(parseManifest(text, index), undefined);
	});
}

test('a config tells when an image was built and for what', t => {
	t.deepEqual(
		parseImageConfig(
			JSON.stringify({
				created: '2026-01-02T03:04:05Z',
				os: 'linux',
				architecture: 'arm64',
				variant: 'v8',
			}),
		),
		{
			created: '2026-01-02T03:04:05Z',
			platform: {os: 'linux', architecture: 'arm64', variant: 'v8'},
		},
	);
});

test('a config without a time or a platform tells nothing of them', t => {
	const texts = [
		'{}',
		'{"created": 12, "os": "linux"}',
		'{"created": "", "os": "", "architecture": ""}',
		'{"created": null, "architecture": "amd64"}',
		'[]',
		'<html>',
		'',
	];
	t.deepEqual(
		texts.map(text => parseImageConfig(text)),
		texts.map(() => ({created: undefined, platform: undefined})),
	);
});

test('a platform is written with its variant if it has one', t => {
	const arm = {os: 'linux', architecture: 'arm', variant: 'v7'};
	t.is(formatPlatform(arm), 'linux/arm/v7');
	t.is(formatPlatform({...arm, variant: undefined}), 'linux/arm');
});
