/**
 * Named places where a fault test lets this process die or hang. `HELPDESK_FAILPOINT=name` kills it there with
 * SIGKILL, `name:n` at the n-th passing, `name:stop` freezes it with SIGSTOP. Without the variable it does nothing.
 */
let passed = 0
let counted = ''

export const failpoint = (name: string): void => {
  const wanted = process.env['HELPDESK_FAILPOINT']
  if (!wanted) return
  const [at, how = '1'] = wanted.split(':')
  if (at !== name) return
  // Counted anew when a test asks for another one.
  passed = wanted === counted ? passed + 1 : 1
  counted = wanted
  if (how === 'stop') process.kill(process.pid, 'SIGSTOP')
  else if (passed >= Number(how)) process.kill(process.pid, 'SIGKILL')
}
