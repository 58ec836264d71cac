/*
A process of its own: an API server with so many Pods and ReplicaSets, whose pages are made and compressed before anybody asks. Prints its address and the bytes of JSON that it holds.
*/
import {Buffer} from 'node:buffer';
import process from 'node:process';
import {gzipSync} from 'node:zlib';
import {createClusterContent} from '../../../source/demo/cluster-content.js';
import {describeList} from '../../../source/demo/cluster-documents.js';
import {builtInResources} from '../../../source/demo/cluster-resources.js';
import {startEmbeddedCluster} from '../../../source/demo/embedded-cluster.js';
import {makePod, makeReplicaSet} from './big-cluster.js';

const pageSize = 500;
const [pods = 0, sets = 0] = process.argv.slice(2).map(Number);

type Page = {readonly plain: Uint8Array; readonly zipped: Uint8Array};

const makePages = (
	kind: string,
	count: number,
	make: (number: number) => ReturnType<typeof makePod>,
): readonly Page[] => {
	const resource = builtInResources.find(entry => entry.kind === kind);
	if (!resource) {
		throw new Error(`There is no ${kind}.`);
	}

	return Array.from({length: Math.ceil(count / pageSize)}, (_, page) => {
		const first = page * pageSize;
		const rest = Math.max(count - first - pageSize, 0);
		const plain = Buffer.from(
			JSON.stringify(
				describeList(resource, {
					objects: Array.from(
						{length: Math.min(pageSize, count - first)},
						(__, index) => make(first + index),
					),
					metadata: {
						resourceVersion: '1000',
						...(rest > 0
							? {continue: `page-${page + 1}`, remainingItemCount: rest}
							: {}),
					},
				}),
			),
		);
		return {plain, zipped: gzipSync(plain, {level: 4})};
	});
};

const lists = new Map([
	['/api/v1/pods', makePages('Pod', pods, makePod)],
	['/apis/apps/v1/replicasets', makePages('ReplicaSet', sets, makeReplicaSet)],
]);

const cluster = await startEmbeddedCluster({
	content: createClusterContent(),
	intercept({path, headers}, response) {
		const url = new URL(path, 'http://cluster');
		const pages = lists.get(url.pathname);
		const asked = url.searchParams.get('continue') ?? 'page-0';
		const page = pages?.[Number(asked.replace('page-', ''))];
		if (!page) {
			return false;
		}

		const isZipped = String(headers['accept-encoding']).includes('gzip');
		const body = isZipped ? page.zipped : page.plain;
		response.writeHead(200, {
			'content-type': 'application/json',
			'content-length': body.length,
			...(isZipped ? {'content-encoding': 'gzip'} : {}),
		});
		response.end(body);
		return true;
	},
});

let bytes = 0;
for (const pages of lists.values()) {
	for (const {plain} of pages) {
		bytes += plain.length;
	}
}

console.log(JSON.stringify({url: cluster.url, bytes}));
