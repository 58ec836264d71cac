/* eslint-disable @typescript-eslint/naming-convention -- names of variables of the environment */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {text as readAll} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(
	new URL('../../.cache/real-servers/skopeo/', import.meta.url),
);

const listLibraries = (): string =>
	['lib', 'usr/lib']
		.map(name => path.join(root, name))
		.filter(folder => existsSync(folder))
		.flatMap(folder =>
			readdirSync(folder)
				.filter(name => name.includes('-linux-'))
				.map(name => path.join(folder, name)),
		)
		.join(':');

type Program = {readonly file: string; readonly env: NodeJS.ProcessEnv};

const doesRun = ({file, env}: Program): boolean =>
	spawnSync(file, ['--version'], {stdio: 'ignore', env}).status === 0;

/** A skopeo that runs here: the project's own copy (see `test/get-real-servers.mjs`), else the one on PATH. */
export const findSkopeo = (): Program | undefined =>
	[
		{
			file: path.join(root, 'usr/bin/skopeo'),
			env: {...process.env, LD_LIBRARY_PATH: listLibraries()},
		},
		{file: 'skopeo', env: process.env},
	].find(program => doesRun(program));

/**
Pulls with skopeo from a registry on the loopback address, as a client would.
@param options.folder - A temporary folder for what is pulled and for skopeo's own files.
*/
export const pullWithSkopeo = async (
	{file, env}: Program,
	reference: string,
	{
		folder,
		all = false,
		platform = 'linux/amd64',
	}: {
		readonly folder: string;
		/** Whether all children of an index are pulled. */
		readonly all?: boolean;
		readonly platform?: string;
	},
): Promise<void> => {
	const [system = '', architecture = ''] = platform.split('/');
	const line = [
		'--insecure-policy',
		`--override-os=${system}`,
		`--override-arch=${architecture}`,
		'copy',
		'--src-tls-verify=false',
		...(all ? ['--all'] : []),
		`docker://${reference}`,
		`dir:${path.join(folder, 'pulled')}`,
	];
	const child = spawn(file, line, {
		env: {...env, HOME: folder, XDG_RUNTIME_DIR: folder},
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const [errors] = await Promise.all([
		readAll(child.stderr),
		once(child, 'close'),
	]);
	if (child.exitCode !== 0) {
		throw new Error(`skopeo failed: ${errors}`);
	}
};
