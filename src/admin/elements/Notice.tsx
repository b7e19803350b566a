import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.js'

type NoticeProps = {
  tone?: 'plain' | 'warn' | 'bad' | 'good'
  icon?: IconName
  children: ReactNode
  actions?: ReactNode
  /** Read out at once. */
  isUrgent?: boolean
}

/** A line that says something about what stands below it, with what can be done. */
export const Notice = ({ tone = 'plain', icon, children, actions, isUrgent = false }: NoticeProps) => (
  <div className={`hd-notice hd-notice--${tone}`} {...(isUrgent ? { role: 'alert' } : {})}>
    {icon && <Icon name={icon} />}
    <div className="hd-notice__words">{children}</div>
    {actions && <div className="hd-notice__acts">{actions}</div>}
  </div>
)
