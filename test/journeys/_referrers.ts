/* eslint-disable ava/no-ignored-test-files -- deleting.test.ts loads it */
import test from 'ava';
import {
	addCosignSignature,
	addReferrer,
} from '../../source/demo/build-referrers.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {
	addImages,
	addPlatforms,
	deletionOf,
	digestOf,
	journeyWorld,
	listDeletions,
} from '../helpers/journey-world.js';
import {openApp} from '../helpers/render-app.js';

/** An image that stays, and an index with two children, a signature and an SBOM that its list of referrers names. */
const openSigned = async (t: Parameters<typeof journeyWorld>[0]) => {
	const content = createRegistryContent();
	addImages(content, 'app', ['stays']);
	const [index, ...children] = addPlatforms(content, 'app', {
		tags: ['v1'],
		architectures: ['amd64', 'arm64'],
		age: 0,
	});
	const subject = {
		...content.repositories.get('app')!.manifests.get(index)!,
		digest: index,
		size: 1,
	};
	const signature = digestOf(
		addCosignSignature(content, 'app', {subject, reference: 'app'}),
	);
	const sbom = digestOf(
		addReferrer(content, 'app', {
			subject,
			artifactType: 'application/spdx+json',
			payload: '{}',
		}),
	);
	const {server, world, faults} = await journeyWorld(t, {content});
	const list = digestOf({
		...subject,
		digest: content.repositories.get('app')!.tags.get(index.replace(':', '-'))!,
	});
	const app = await openApp(t, world, {
		place: `${server.host}/app`,
		rows: 40,
	});
	return {content, server, faults, app, index, children, signature, sbom, list};
};

test('an index takes its signature, its list of referrers and its SBOM along, and the review names them', async t => {
	const {server, app, content, ...made} = await openSigned(t);
	const {index, children, signature, sbom, list} = made;
	await app.press('space', 'd');
	const frame = app.frame();
	t.regex(frame, /signature, goes with [\da-f]{12},/v);
	t.regex(frame, /list of referrers, goes with [\da-f]{12},/v);
	t.regex(frame, /SBOM, goes with/v);
	t.true(frame.includes('6 digests and 3 tags go'));
	await app.typeText(`delete 6 from ${server.host}`);
	await app.press('enter');
	const deletions = listDeletions(server);
	t.is(deletions[0], deletionOf('app', index));
	t.deepEqual(
		deletions.toSorted(),
		[index, ...children, signature, sbom, list]
			.map(digest => deletionOf('app', digest))
			.toSorted(),
	);
	t.true(
		deletions.indexOf(deletionOf('app', list)) <
			deletions.indexOf(deletionOf('app', sbom)),
	);
	t.is(content.repositories.get('app')?.manifests.size, 1);
});

test('safeguard 2: an index that could not be deleted keeps its signature and its referrers', async t => {
	const {server, app, content, faults, index} = await openSigned(t);
	faults.intercept = ({method, path}, response) => {
		if (method !== 'DELETE' || !path.includes(index)) {
			return false;
		}

		response.writeHead(500).end();
		return true;
	};

	const before = content.repositories.get('app')?.manifests.size;
	await app.press('space', 'd');
	await app.typeText(`delete 6 from ${server.host}`);
	await app.press('enter');
	t.true(app.frame().replaceAll(/\s+/gv, ' ').includes('failed 6'));
	t.is(content.repositories.get('app')?.manifests.size, before);
});

test('an orphaned signature and an index without a child are named as what they are, and the signature goes', async t => {
	const content = createRegistryContent();
	const [, amd64] = addPlatforms(content, 'app', {
		tags: ['v1'],
		architectures: ['amd64', 'arm64'],
	});
	const {manifests} = content.repositories.get('app')!;
	const signature = digestOf(
		addCosignSignature(content, 'app', {
			subject: {...manifests.get(amd64!)!, digest: amd64!, size: 1},
			reference: 'app',
		}),
	);
	manifests.delete(amd64!);
	const {server, world} = await journeyWorld(t, {content});
	const app = await openApp(t, world, {
		place: `${server.host}/app:${amd64!.replace(':', '-')}.sig`,
		columns: 119,
	});
	t.true(app.frame().includes('2 platforms, 1 missing'));
	t.true(app.frame().includes(`orphaned signature of ${amd64!.slice(7, 11)}`));
	await app.press('space', 'd');
	t.true(
		app
			.frame()
			.replaceAll(/\s+/gv, ' ')
			.includes('which is gone, or has no tag'),
	);
	await app.typeText(`delete 1 from ${server.host}`);
	await app.press('enter');
	t.deepEqual(listDeletions(server), [deletionOf('app', signature)]);
});
