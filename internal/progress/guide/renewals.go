package guide

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
)

func renewals(reminders []journey.Reminder, among func(daysLeft int) bool) []*Step {
	chosen := slices.DeleteFunc(slices.Clone(reminders), func(r journey.Reminder) bool { return !among(r.DaysLeft) })
	slices.SortFunc(chosen, func(a, b journey.Reminder) int {
		return cmp.Or(cmp.Compare(a.DaysLeft, b.DaysLeft), cmp.Compare(a.Certification.Slug, b.Certification.Slug))
	})
	steps := make([]*Step, 0, len(chosen))
	for i := range chosen {
		steps = append(steps, &Step{Kind: RenewCertification, Reason: renewalReason(&chosen[i]), Renewal: &chosen[i]})
	}
	return steps
}

func renewalReason(r *journey.Reminder) Reason {
	on := activity.UTC(r.DueOn).Format("2 January 2006")
	days := max(r.DaysLeft, -r.DaysLeft)
	reason := Reason{Days: &days, SEUs: r.MissingSEUs}
	switch {
	case r.DaysLeft < 0:
		reason.Code = CertificationExpired
		reason.Text = fmt.Sprintf("Your %s expired on %s. Renew it if you want to keep it.", r.Certification.Code, on)
	case r.DaysLeft == 0:
		reason.Code = LastDayOfValidity
		reason.Text = fmt.Sprintf("Your %s expires today.", r.Certification.Code)
	default:
		reason.Code = CertificationExpires
		reason.Text = fmt.Sprintf("Your %s expires on %s, in %s.", r.Certification.Code, on, counted(days, "day"))
	}
	switch {
	case r.MissingSEUs == nil || *r.MissingSEUs <= 0:
	case *r.MissingSEUs == 1:
		reason.Text += " You need 1 more SEU to renew it."
	default:
		reason.Text += fmt.Sprintf(" You need %s more SEUs to renew it.", strconv.FormatFloat(*r.MissingSEUs, 'f', -1, 64))
	}
	return reason
}
