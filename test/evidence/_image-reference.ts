import test from 'ava';
import {
	type ImageReference,
	parseImageId,
	parseImageReference,
} from '../../source/evidence/image-reference.js';
import {parseDigest} from '../../source/oci/digest.js';

const hexadecimal = 'ab'.repeat(32);
const digest = `sha256:${hexadecimal}`;
const longDigest = `sha512:${'cd'.repeat(64)}`;

const describe = ({host, repository, tag, digest}: ImageReference): string =>
	[host, repository, tag ?? '-', digest ?? '-'].join(' ');

const readable: ReadonlyArray<readonly [string, string]> = [
	['nginx', 'docker.io library/nginx latest -'],
	['nginx:1.27', 'docker.io library/nginx 1.27 -'],
	['acme/shop', 'docker.io acme/shop latest -'],
	['docker.io/nginx', 'docker.io library/nginx latest -'],
	['docker.io/acme/shop:v1', 'docker.io acme/shop v1 -'],
	['index.docker.io/library/nginx:1', 'docker.io library/nginx 1 -'],
	['registry-1.docker.io/nginx:1', 'docker.io library/nginx 1 -'],
	['registry.hub.docker.com/acme/shop:1', 'docker.io acme/shop 1 -'],
	['quay.io/nginx', 'quay.io nginx latest -'],
	['localhost/shop:1', 'localhost shop 1 -'],
	['localhost:5000/shop', 'localhost:5000 shop latest -'],
	['127.0.0.1:5000/a/b:c', '127.0.0.1:5000 a/b c -'],
	['[::1]:5000/shop:1', '[::1]:5000 shop 1 -'],
	['Registry.Acme.IO/shop:V1', 'registry.acme.io shop V1 -'],
	['ACME/shop', 'acme shop latest -'],
	['https://registry.acme.io/shop:1', 'registry.acme.io shop 1 -'],
	['gcr.io/project/shop:1', 'gcr.io project/shop 1 -'],
	[`nginx@${digest}`, `docker.io library/nginx - ${digest}`],
	[`nginx:1.27@${digest}`, `docker.io library/nginx 1.27 ${digest}`],
	[
		`registry.acme.io:5000/shop@${longDigest}`,
		`registry.acme.io:5000 shop - ${longDigest}`,
	],
	['registry.acme.io:5000', 'docker.io library/registry.acme.io 5000 -'],
	['shop__app/x--y.z_0:_tag-', 'docker.io shop__app/x--y.z_0 _tag- -'],
];

for (const [text, expected] of readable) {
	test(`${text} is ${expected}`, t => {
		const reference = parseImageReference(text);
		t.is(reference && describe(reference), expected);
	});
}

const unreadable: readonly string[] = [
	'',
	' nginx',
	'nginx ',
	'Nginx',
	'acme/Shop',
	'registry.acme.io/Shop:v1',
	'registry.acme.io/',
	'registry.acme.io:99999/shop',
	'-registry.acme.io/shop',
	'/shop',
	'a//b',
	'shop:',
	'shop:.v1',
	'shop:v 1',
	`shop:${'t'.repeat(129)}`,
	'shop@sha256:abc',
	`shop@sha256:${hexadecimal.toUpperCase()}`,
	`shop@md5:${'ab'.repeat(16)}`,
	`shop@${digest}@${digest}`,
	'shop@',
	hexadecimal,
	digest,
	'{{ .Values.image }}',
	'registry.acme.io/$(APP):v1',
	'shop:$TAG',
	'[::1/shop',
	'r/'.repeat(200),
];

for (const text of unreadable) {
	test(`'${text.slice(0, 60)}' names no image`, t => {
		t.is(parseImageReference(text), undefined);
	});
}

const other = 'docker.io library/nginx';
const imageIds: ReadonlyArray<readonly [string, string, string]> = [
	['dockershim, pulled', `docker-pullable://nginx@${digest}`, other],
	['dockershim, built on the node', `docker://${digest}`, '- -'],
	['containerd', `docker.io/library/nginx@${digest}`, other],
	['containerd, another registry', `quay.io/a/b@${digest}`, 'quay.io a/b'],
	['containerd, side-loaded: the config', digest, '- -'],
	['containerd, a tag beside it', `nginx:1.2@${digest}`, other],
	['CRI-O', `registry.acme.io:5000/x@${digest}`, 'registry.acme.io:5000 x'],
	['CRI-O, the config', hexadecimal, '- -'],
	['docker, a name that was lost', `<none>@${digest}`, '- -'],
	['a name that breaks the grammar', `Acme@Shop@${digest}`, '- -'],
];

for (const [runtime, text, expected] of imageIds) {
	test(`image ID of ${runtime}`, t => {
		const imageId = parseImageId(text);
		t.is(imageId?.kind, 'image-id');
		t.is(imageId?.digest, parseDigest(digest));
		t.is(`${imageId?.host ?? '-'} ${imageId?.repository ?? '-'}`, expected);
	});
}

test('an image ID of another algorithm', t => {
	t.is(parseImageId(longDigest)?.digest, parseDigest(longDigest));
});

for (const text of ['', 'nginx', 'nginx:1.27', 'docker://', 'sha256:abc']) {
	test(`'${text}' is no image ID`, t => {
		t.is(parseImageId(text), undefined);
	});
}
