import type {ReadFolders} from '../image-files.js';
import type {Rewrite} from '../move/plan-rewrite.js';
import type {Problem} from './state.js';

/** What files would become where their images go home. */
export type FilesPlan = Pick<ReadFolders, 'locations' | 'diffNames'> & {
	readonly rewrite: Rewrite;
	/** By folder: files with changes that are not committed. */
	readonly uncommitted: Readonly<Record<string, number>>;
};

/** Files that name images from elsewhere: their change is shown and asked, then written. */
export type RewriteScreen = {
	readonly kind: 'rewrite';
	readonly state: 'reading' | 'ready' | 'writing' | 'ended';
	/** As the operator typed it, without a template. */
	readonly home: string;
	readonly folders: readonly string[];
	/** Whether digests are written beside tags. */
	readonly pins: boolean;
	/** `undefined` until the files were read. */
	readonly plan: FilesPlan | undefined;
	/** What is typed where a yes is asked for; `undefined` where none is. */
	readonly typed: string | undefined;
	/** What was wrong with what was typed. */
	readonly mistake: string | undefined;
	/** Names at home that files would name, and that are not known to be there. Foreign. */
	readonly absent: readonly string[];
	/** How workloads are taken to what the files say by then. */
	readonly commands: readonly string[];
	/** Why nothing could be read or written. */
	readonly problem: Problem | undefined;
	/** The first line on the screen. */
	readonly top: number;
};
