package catalog

import "reflect"

// CopyOf returns a deep copy of an item as it was authored, so that it can be
// linked to another edition. What linking adds stays behind.
func CopyOf[T Node](item T) T {
	return authored(reflect.ValueOf(item)).Interface().(T)
}

// authored copies exported fields, and what they lead to.
func authored(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(authored(v.Elem()))
		return c
	case reflect.Struct:
		c := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.Field(i).Set(authored(v.Field(i)))
			}
		}
		return c
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			c.Index(i).Set(authored(v.Index(i)))
		}
		return c
	default:
		return v
	}
}
