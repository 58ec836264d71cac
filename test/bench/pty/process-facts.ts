import {readFileSync} from 'node:fs';

const read = (pid: number, name: string): string | undefined => {
	try {
		return readFileSync(`/proc/${pid}/${name}`, 'utf8');
	} catch {
		return undefined;
	}
};

/** Megabytes of memory that a process has resident; `undefined` where there is no /proc. */
export const residentMemory = (pid: number): number | undefined => {
	const kilobytes = /^VmRSS:\s+(?<kilobytes>\d+)/m.exec(
		read(pid, 'status') ?? '',
	)?.groups?.['kilobytes'];
	return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / 1e6;
};

/** Milliseconds of processor time that a process has used, in steps of 10; `undefined` where there is no /proc. */
export const processorTime = (pid: number): number | undefined => {
	// The name in parentheses may hold spaces.
	const fields = read(pid, 'stat')
		?.replace(/^.*\) /s, '')
		.split(' ');
	return fields && (Number(fields[11]) + Number(fields[12])) * 10;
};
