import process from 'node:process';

/**
In place of `when-exit`, by which conf removes its temporary files: it would send every signal to this process once more, and a batch takes a second SIGTERM for an order to break off the step in flight.
*/
const whenExit = (callback: () => void): void => {
	process.once('exit', callback);
};

export default whenExit;
