import { Socket } from 'node:net';

/**
 * A thread that ends the process when the gateway's end of standard input closes: the gateway has
 * died. The main thread would not notice while a model spins in it. Costs about 10 MB.
 */
new Socket({ fd: 0 }).on('close', () => process.kill(process.pid, 'SIGKILL')).resume();
