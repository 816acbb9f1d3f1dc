// After `npm ci` on an old Node: npm leaves out optional packages whose `engines` its own Node does not meet, though
// everything here runs on the Node 24 that was just installed. So npm is asked once more, on that one.
import { spawnSync } from 'node:child_process';

/** The oldest Node that the gate's tools name in their `engines`. */
const [neededMajor, neededMinor] = [20, 19];

const { npm_config_user_agent: agent = '', npm_execpath: npm } = process.env;
const [, major = '', minor = ''] = /node\/v(\d+)\.(\d+)/.exec(agent) ?? [];
const isOld = Number(major) < neededMajor || (Number(major) === neededMajor && Number(minor) < neededMinor);

if (major !== '' && npm && isOld && Number(process.versions.node.split('.')[0]) > Number(major)) {
  const { status } = spawnSync(process.execPath, [npm, 'install', '--no-save', '--ignore-scripts'], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
