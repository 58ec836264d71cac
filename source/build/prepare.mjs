/**
Installs what `npm start` and `npm test` need when it is missing or out of date, and otherwise says nothing. It runs before anything is installed, so it may import nothing but Node.
*/
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

function isNodeNewEnough() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	return major > 20 || (major === 20 && minor >= 19);
}

function readPackages(file) {
	try {
		return JSON.parse(readFileSync(path.join(projectFolder, file), 'utf8'))
			.packages;
	} catch {
		return undefined;
	}
}

function isSamePackage(wanted, present) {
	return (
		wanted.version === present.version && wanted.integrity === present.integrity
	);
}

/**
Says why an install is needed. Contents are compared, not times: a checkout or an unpacked archive gives every file a new time although nothing changed. npm writes its copy of the lock file last, so an interrupted install counts as none.
*/
function findReasonToInstall() {
	const present = readPackages('node_modules/.package-lock.json');
	if (!present) {
		return 'nothing is installed yet';
	}

	const wanted = readPackages('package-lock.json');
	if (!wanted) {
		return 'package-lock.json cannot be read';
	}

	for (const [folder, entry] of Object.entries(wanted)) {
		// The entry '' is the project itself. Packages for other systems are optional and stay away.
		if (folder === '' || (entry.optional && !present[folder])) {
			continue;
		}

		if (!present[folder] || !isSamePackage(entry, present[folder])) {
			return `${folder} is not what package-lock.json asks for`;
		}

		if (!existsSync(path.join(projectFolder, folder))) {
			return `${folder} is missing`;
		}
	}

	const surplus = Object.keys(present).find(folder => !wanted[folder]);
	return surplus && `${surplus} is no longer asked for`;
}

function runInstall() {
	// NODE_ENV=production or `omit=dev` would otherwise install nothing: everything here is a development dependency.
	const arguments_ = ['ci', '--include=dev'];
	const options = {cwd: projectFolder, stdio: 'inherit'};
	const npmProgram = process.env.npm_execpath;
	// Yarn and pnpm set this variable too, and their `ci` is another command.
	if (npmProgram && path.basename(npmProgram) === 'npm-cli.js') {
		return spawnSync(process.execPath, [npmProgram, ...arguments_], options);
	}

	// On Windows npm is a script, which only a shell can start.
	return spawnSync('npm', arguments_, {
		...options,
		shell: process.platform === 'win32',
	});
}

function installIfNeeded() {
	const reason = findReasonToInstall();
	if (!reason) {
		return;
	}

	console.error(
		`Installing the packages jetsam is built with (npm ci), because ${reason}.`,
	);
	const {status, error} = runInstall();
	if (status === 0) {
		return;
	}

	console.error(
		error
			? `jetsam's packages could not be installed, because npm could not be started (${error.message}). Install npm, then run the command again.`
			: "jetsam's packages could not be installed; npm says why above. Check that this machine reaches the package registry, then run the command again.",
	);
	process.exitCode = status ?? 1;
}

if (isNodeNewEnough()) {
	installIfNeeded();
} else {
	console.error(
		`jetsam needs Node.js 20.19 or newer, and this is ${process.versions.node}. Install a newer Node.js, then run the command again.`,
	);
	process.exitCode = 1;
}
