// Reads the install steps out of the README and does them, as a person would.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const sectionOf = (file, heading) => {
  const readme = readFileSync(file, 'utf8')
  const start = readme.indexOf(`${heading}\n`)
  if (start < 0) throw new Error(`The README has no section "${heading.slice(3)}".`)
  return readme.slice(start + heading.length).split(/^#{2,3} /m)[0]
}

/** The first file that a section of the README shows whole. */
export const readBlock = (file, heading) => {
  const found = /^```tsx\n\s*\/\/ (\S+)\n([\s\S]*?)^```$/m.exec(sectionOf(file, heading))
  if (!found) throw new Error(`The section "${heading.slice(3)}" shows no file.`)
  return { kind: 'file', path: found[1], text: found[2] }
}

/** The fenced blocks of the README's install section, up to its first sub-heading. */
export const readSteps = (file) => {
  const section = sectionOf(file, '## Install into a Payload site')
  const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
  return blocks.flatMap(([, language, body]) => {
    const lines = body.replace(/\n$/, '').split('\n')
    if (language === 'sh') return lines.map((command) => ({ kind: 'command', command }))
    const path = /^\s*\/\/ (\S+)$/.exec(lines[0])?.[1]
    if (!path) throw new Error(`A block of the install section does not begin with its file's name:\n${body}`)
    if (language === 'diff') return [{ kind: 'change', path, lines: lines.slice(1) }]
    return [{ kind: 'file', path, text: `${lines.slice(1).join('\n')}\n` }]
  })
}

/** Writes a file of a step, or changes it as its `+` and `-` lines say. */
export const applyStep = (folder, step) => {
  const file = join(folder, step.path)
  if (step.kind === 'file') {
    if (existsSync(file)) throw new Error(`The README makes ${step.path}, which is there already.`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, step.text)
    return
  }
  const lines = readFileSync(file, 'utf8').split('\n')
  let at = 0
  for (const line of step.lines) {
    const [sign, text] = [line[0] ?? ' ', line.slice(1)]
    if (sign === '+') lines.splice(at++, 0, text)
    else if (text.trim()) {
      const found = lines.findIndex((present, index) => index >= at && present.trim() === text.trim())
      if (found < 0) throw new Error(`${step.path} has no line "${text.trim()}", which the README speaks of.`)
      if (sign === '-') lines.splice(found, 1)
      at = sign === '-' ? found : found + 1
    }
  }
  writeFileSync(file, lines.join('\n'))
}
