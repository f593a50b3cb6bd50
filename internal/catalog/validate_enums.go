package catalog

import "reflect"

// EnumValues returns the values of an enum that content files may use, in
// order, and nil for a type that is no such enum.
func EnumValues(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[ContentStatus]():
		return names(contentStatuses)
	case reflect.TypeFor[QuestionType]():
		return names(questionTypes)
	case reflect.TypeFor[ScoringScheme]():
		return names(scoringSchemes)
	case reflect.TypeFor[BloomLevel]():
		return names(bloomLevels)
	case reflect.TypeFor[Difficulty]():
		return names(difficulties)
	case reflect.TypeFor[FeedbackMode]():
		return names(feedbackModes)
	case reflect.TypeFor[OverdueHandling]():
		return names(overdueHandlings)
	case reflect.TypeFor[GradeMethod]():
		return names(gradeMethods)
	case reflect.TypeFor[UnitKind]():
		return names(unitKinds)
	case reflect.TypeFor[MoveOn]():
		return names(moveOns)
	default:
		return nil
	}
}

func names[T ~string](values []T) []string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return names
}
