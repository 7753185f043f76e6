import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.js';

/** A process of the NGINX that Serin runs. */
export interface OwnProcess {
  readonly pid: number;
  readonly isMaster: boolean;
  /** A worker of a configuration of before, which ends what it is at. */
  readonly isLeaving: boolean;
}

const leaving = 'is shutting down';

/**
 * The processes of the NGINX that belongs to a folder, however they came to be there: a Serin that
 * was killed leaves its NGINX running, and a master that was killed leaves its workers. A number
 * from a pid file may be anybody's by now; so on Linux they are known by their title and by where
 * they were started, elsewhere by the folder in the master's command and by its process group.
 */
export async function findOwnProcesses(
  folder: string,
  platform = process.platform,
): Promise<OwnProcess[]> {
  return platform === 'linux' ? findInProc(folder) : findByPs(folder);
}

/** Whether this number is still that of the folder's master; one that has ended may linger as a zombie. */
export async function isOwnMaster(
  pid: number,
  folder: string,
  platform = process.platform,
): Promise<boolean> {
  if (platform === 'linux') return (await ownInProc(pid, folder))?.isMaster === true;
  return (await findByPs(folder)).some((one) => one.pid === pid && one.isMaster);
}

async function findInProc(folder: string): Promise<OwnProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => ownInProc(Number(pid), folder)));
  return found.filter((one) => one !== undefined);
}

async function ownInProc(pid: number, folder: string): Promise<OwnProcess | undefined> {
  try {
    const title = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    if (!title.startsWith('nginx: ')) return undefined;
    if ((await readlink(`/proc/${pid}/cwd`)) !== folder) return undefined;
    return {
      pid,
      isMaster: title.startsWith('nginx: master'),
      isLeaving: title.includes(leaving),
    };
  } catch {
    // It has ended meanwhile, or is not ours to look into: then it is not ours.
    return undefined;
  }
}

async function findByPs(folder: string): Promise<OwnProcess[]> {
  const { output } = await runProgram('ps', ['-A', '-o', 'pid=,pgid=,command=']);
  const nginx = [...output.matchAll(/^ *(\d+) +(\d+) (nginx: .*)$/gm)].map(
    ([, pid, group, title = '']) => ({ pid: Number(pid), group: Number(group), title }),
  );
  const isMaster = ({ title }: { title: string }): boolean => title.includes(` -p ${folder} `);
  const master = nginx.find(isMaster)?.group ?? (await groupOfPidFile(folder));
  return nginx
    .filter(({ group }) => group === master)
    .map((one) => ({
      pid: one.pid,
      isMaster: isMaster(one),
      isLeaving: one.title.includes(leaving),
    }));
}

/** A master leads the group of its workers, also when it is gone; then its number is nobody else's. */
async function groupOfPidFile(folder: string): Promise<number | undefined> {
  try {
    return Number(await readFile(join(folder, 'nginx.pid'), 'utf8'));
  } catch {
    // There is no such file while no NGINX was started here.
    return undefined;
  }
}
